// Requests made from a server's own /openapi.json.

/** Names of fields that say which thing is meant, or that carry a right; externalIds are but a caller's own words. */
const POINTS = /^(?!external)(?:ids?|cursor|token|.*(?:Ids?|Cursor|Token|_ids?|_token))$/;

/** The operations that need a caller: `method`, `path`, `parameters` and the body's `schema`, with every reference resolved. */
export async function operations(url) {
  const document = await (await fetch(`${url}/openapi.json`)).json();
  const whole = (schema) => resolve(schema, document.components.schemas);
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.security?.length > 0)
      .map(([method, { operationId, parameters = [], requestBody }]) => ({
        name: operationId,
        method: method.toUpperCase(),
        path,
        parameters: parameters.filter((parameter) => parameter.in !== 'header'),
        schema: whole(requestBody?.content['application/json']?.schema ?? { type: 'object', properties: {} }),
      })));
}

function resolve(schema, schemas, depth = 0) {
  if (depth > 12) return {};
  const one = schema.$ref ? schemas[schema.$ref.split('/').pop()] : schema;
  const some = (one.anyOf ?? one.oneOf)?.find(({ type }) => type !== 'null');
  if (some) return resolve(some, schemas, depth + 1);
  const deeper = (part) => resolve(part, schemas, depth + 1);
  return {
    ...one,
    type: [one.type].flat().find((type) => type !== 'null') ?? (one.properties && 'object'),
    ...(one.properties && { properties: Object.fromEntries(Object.entries(one.properties).map(([key, part]) => [key, deeper(part)])) }),
    ...(one.items && { items: deeper(one.items) }),
  };
}

/** Where an operation is told what it is about: the names of parameters, and paths into the body. */
export function pointers({ parameters, schema }) {
  const inBody = (part, path) => {
    if (part.type === 'array' && part.items) return inBody(part.items, [...path, 0]);
    if (part.properties) return Object.entries(part.properties).flatMap(([key, inner]) => inBody(inner, [...path, key]));
    return POINTS.test(path.filter((step) => step !== 0).pop() ?? '') ? [{ in: 'body', path }] : [];
  };
  const named = parameters.filter(({ name }) => POINTS.test(name.split('.').pop()));
  return [...named.map((parameter) => ({ in: parameter.in, name: parameter.name })), ...inBody(schema, [])];
}

/**
 * A request of an operation with `value` at `pointer`. Of the other fields it has those for which `fill(path)` has a value
 * (`file.displayName`, say), and those that are required, with the least that their schemas allow.
 */
export function request({ method, path, parameters, schema }, pointer, value, fill) {
  const chosen = ({ name, in: where }) => pointer.name === name && pointer.in === where;
  const query = new URLSearchParams();
  let full = path;
  for (const parameter of parameters) {
    const { name, in: where, required } = parameter;
    const sent = chosen(parameter) ? value : fill(name);
    if (where === 'path') full = full.replace(`{${name}}`, encodeURIComponent(sent));
    else if (required || chosen(parameter)) query.append(name, sent);
  }
  // What stands in the path as well is the same in the body.
  const given = (field) => (pointer.in === 'path' && pointer.name === field ? value : fill(field));
  const body = method === 'GET' ? undefined : make(schema, [], pointer.in === 'body' ? pointer.path : undefined, value, given);
  return { method, path: query.size > 0 ? `${full}?${query}` : full, body };
}

/** A value of a schema that lies at the path `at`; `way` is the rest of the way to where `value` goes, if that is inside. */
function make(schema, at, way, value, given) {
  if (way?.length === 0) return value;
  const inside = (part, step) => make(part, [...at, step], way?.[0] === step ? way.slice(1) : undefined, value, given);
  const pathOf = (steps) => steps.filter((step) => step !== 0).join('.');
  if (schema.type === 'array') return [inside(schema.items ?? {}, 0)];
  if (schema.type !== 'object') return given(pathOf(at)) ?? least(schema);
  const fields = Object.entries(schema.properties ?? {}).filter(([key]) =>
    schema.required?.includes(key) || way?.[0] === key || given(pathOf([...at, key])) !== undefined);
  return Object.fromEntries(fields.map(([key, part]) => [key, inside(part, key)]));
}

const least = ({ type, const: only, enum: values = [only], minimum = 1, minLength = 1 }) =>
  values[0] ?? { integer: minimum, number: minimum, boolean: false }[type] ?? 'a'.repeat(minLength);
