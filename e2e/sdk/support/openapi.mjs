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
    type: [one.type].flat().find((type) => type !== 'null'),
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
 * A request of an operation with `value` at `pointer`, the fields for which `fill(name)` has a value, and those that are required, with the
 * least that their schemas allow.
 */
export function request(operation, pointer, value, fill) {
  let { path } = operation;
  const query = new URLSearchParams();
  for (const { name, in: where, required } of operation.parameters) {
    const chosen = pointer.name === name && pointer.in === where;
    if (where === 'path') path = path.replace(`{${name}}`, encodeURIComponent(chosen ? value : fill(name)));
    else if (chosen || required) query.append(name, chosen ? value : fill(name));
  }
  const target = pointer.in === 'body' ? pointer.path : undefined;
  const make = (part, at, here) => {
    const name = at.filter((step) => step !== 0).pop();
    const chosen = here?.length === 0 || (pointer.in === 'path' && pointer.name === name);
    if (chosen) return value;
    if (part.type === 'object' || part.properties) {
      const needed = Object.entries(part.properties ?? {}).filter(([key]) => part.required?.includes(key) || here?.[0] === key || fill(key) !== undefined);
      return Object.fromEntries(needed.map(([key, inner]) => [key, make(inner, [...at, key], here?.[0] === key ? here.slice(1) : undefined)]));
    }
    if (part.type === 'array') return [make(part.items ?? {}, [...at, 0], here?.[0] === 0 ? here.slice(1) : undefined)];
    return fill(name) ?? part.enum?.[0] ?? part.const ?? { integer: part.minimum ?? 1, number: 1, boolean: false }[part.type] ?? 'a'.repeat(part.minLength ?? 1);
  };
  const body = operation.method === 'GET' ? undefined : make(operation.schema, [], target);
  return { method: operation.method, path: `${path}${query.size > 0 ? `?${query}` : ''}`, body };
}
