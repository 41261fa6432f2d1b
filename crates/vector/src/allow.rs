//! What a drawing may consist of. What isn't named here isn't kept.

/// Elements of SVG that draw, describe what is drawn, or move it.
#[rustfmt::skip]
const ELEMENTS: &[&str] = &[
    "a", "animate", "animateColor", "animateMotion", "animateTransform", "circle", "clipPath", "defs",
    "desc", "ellipse", "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite", "feConvolveMatrix",
    "feDiffuseLighting", "feDisplacementMap", "feDistantLight", "feDropShadow", "feFlood", "feFuncA",
    "feFuncB", "feFuncG", "feFuncR", "feGaussianBlur", "feImage", "feMerge", "feMergeNode", "feMorphology",
    "feOffset", "fePointLight", "feSpecularLighting", "feSpotLight", "feTile", "feTurbulence", "filter",
    "g", "image", "line", "linearGradient", "marker", "mask", "mpath", "path", "pattern", "polygon",
    "polyline", "radialGradient", "rect", "set", "stop", "style", "svg", "switch", "symbol", "text",
    "textPath", "title", "tref", "tspan", "use", "view",
];

/// Attributes that are properties of CSS, too. Their values may have functions and references.
#[rustfmt::skip]
const PRESENTATION: &[&str] = &[
    "alignment-baseline", "baseline-shift", "clip", "clip-path", "clip-rule", "color",
    "color-interpolation", "color-interpolation-filters", "color-rendering", "cursor", "direction",
    "display", "dominant-baseline", "enable-background", "fill", "fill-opacity", "fill-rule", "filter",
    "flood-color", "flood-opacity", "font-family", "font-kerning", "font-size", "font-size-adjust",
    "font-stretch", "font-style", "font-variant", "font-weight", "glyph-orientation-horizontal",
    "glyph-orientation-vertical", "image-rendering", "isolation", "kerning", "letter-spacing",
    "lighting-color", "marker", "marker-end", "marker-mid", "marker-start", "mask", "mask-type",
    "mix-blend-mode", "opacity", "overflow", "paint-order", "pointer-events", "shape-rendering",
    "stop-color", "stop-opacity", "stroke", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap",
    "stroke-linejoin", "stroke-miterlimit", "stroke-opacity", "stroke-width", "text-anchor",
    "text-decoration", "text-orientation", "text-overflow", "text-rendering", "transform-origin",
    "unicode-bidi", "vector-effect", "visibility", "white-space", "word-spacing", "writing-mode",
];

/// Attributes that are numbers, names and words, and nothing that could be an address.
#[rustfmt::skip]
const PLAIN: &[&str] = &[
    "accumulate", "additive", "amplitude", "attributeName", "attributeType", "azimuth", "baseFrequency",
    "begin", "bias", "by", "calcMode", "class", "clipPathUnits", "cx", "cy", "d", "diffuseConstant",
    "divisor", "dur", "dx", "dy", "edgeMode", "elevation", "end", "exponent", "filterRes", "filterUnits",
    "fr", "from", "fx", "fy", "gradientTransform", "gradientUnits", "height", "id", "in", "in2",
    "intercept", "k1", "k2", "k3", "k4", "kernelMatrix", "kernelUnitLength", "keyPoints", "keySplines",
    "keyTimes", "lang", "lengthAdjust", "limitingConeAngle", "markerHeight", "markerUnits", "markerWidth",
    "maskContentUnits", "maskUnits", "max", "media", "method", "min", "mode", "numOctaves", "offset",
    "operator", "order", "orient", "origin", "path", "pathLength", "patternContentUnits",
    "patternTransform", "patternUnits", "points", "pointsAtX", "pointsAtY", "pointsAtZ", "preserveAlpha",
    "preserveAspectRatio", "primitiveUnits", "r", "radius", "refX", "refY", "repeatCount", "repeatDur",
    "requiredExtensions", "requiredFeatures", "restart", "result", "role", "rotate", "rx", "ry", "scale",
    "seed", "side", "slope", "spacing", "specularConstant", "specularExponent", "spreadMethod",
    "startOffset", "stdDeviation", "stitchTiles", "surfaceScale", "systemLanguage", "tabindex",
    "tableValues", "targetX", "targetY", "textLength", "to", "transform", "type", "values", "version",
    "viewBox", "width", "x", "x1", "x2", "xChannelSelector", "y", "y1", "y2", "yChannelSelector", "z",
    "zoomAndPan",
];

/// Properties of CSS that no attribute has.
#[rustfmt::skip]
const PROPERTIES: &[&str] = &[
    "align-content", "align-items", "animation", "animation-composition", "animation-delay",
    "animation-direction", "animation-duration", "animation-fill-mode", "animation-iteration-count",
    "animation-name", "animation-play-state", "animation-timing-function", "backdrop-filter",
    "backface-visibility", "background", "background-color", "border", "border-radius", "box-sizing",
    "color-scheme", "cx", "cy", "d", "font", "font-display", "font-feature-settings", "font-optical-sizing",
    "font-synthesis", "font-variant-caps", "font-variant-east-asian", "font-variant-ligatures",
    "font-variant-numeric", "font-variant-position", "font-variation-settings", "forced-color-adjust",
    "height", "hyphens", "inline-size", "line-height", "mask-border", "mask-clip", "mask-composite",
    "mask-image", "mask-mode", "mask-origin", "mask-position", "mask-repeat", "mask-size", "max-height",
    "max-width", "min-height", "min-width", "offset", "offset-anchor", "offset-distance", "offset-path",
    "offset-position", "offset-rotate", "outline", "perspective", "perspective-origin",
    "print-color-adjust", "quotes", "r", "rotate", "rx", "ry", "scale", "shape-inside", "shape-margin",
    "shape-padding", "shape-subtract", "src", "stroke-alignment", "tab-size", "text-align",
    "text-decoration-color", "text-decoration-fill", "text-decoration-line", "text-decoration-stroke",
    "text-decoration-style", "text-decoration-thickness", "text-indent", "text-shadow", "text-transform",
    "text-underline-offset", "text-wrap", "transform", "transform-box", "transform-style", "transition",
    "transition-behavior", "transition-delay", "transition-duration", "transition-property",
    "transition-timing-function", "translate", "unicode-range", "user-select", "width", "will-change", "x",
    "y", "zoom",
];

/// Functions of CSS that compute, choose a colour, move, or select. None of them takes an address.
#[rustfmt::skip]
const FUNCTIONS: &[&str] = &[
    "abs", "acos", "asin", "atan", "atan2", "blur", "brightness", "calc", "circle", "clamp", "color",
    "color-mix", "conic-gradient", "contrast", "cos", "cubic-bezier", "device-cmyk", "drop-shadow",
    "ellipse", "env", "exp", "fit-content", "format", "grayscale", "has", "hsl", "hsla", "hue-rotate",
    "hwb", "hypot", "icc-color", "inset", "invert", "is", "lab", "lang", "lch", "light-dark", "linear",
    "linear-gradient", "local", "log", "matrix", "matrix3d", "max", "min", "mod", "not", "nth-child",
    "nth-last-child", "nth-last-of-type", "nth-of-type", "oklab", "oklch", "opacity", "path", "perspective",
    "polygon", "pow", "radial-gradient", "ray", "rect", "rem", "repeating-conic-gradient",
    "repeating-linear-gradient", "repeating-radial-gradient", "rgb", "rgba", "rotate", "rotate3d",
    "rotatex", "rotatey", "rotatez", "round", "saturate", "scale", "scale3d", "scalex", "scaley", "scalez",
    "sepia", "sign", "sin", "skew", "skewx", "skewy", "sqrt", "steps", "symbols", "tan", "tech",
    "translate", "translate3d", "translatex", "translatey", "translatez", "var", "where", "xywh",
];

/// Whether an element of SVG is kept.
pub(crate) fn element(name: &str) -> bool {
    ELEMENTS.contains(&name)
}

/// Whether an element holds text that is shown or said.
pub(crate) fn has_text(name: &str) -> bool {
    matches!(name, "text" | "tspan" | "textPath" | "tref" | "title" | "desc" | "a")
}

/// Whether an attribute is a property of CSS.
pub(crate) fn presentation(name: &str) -> bool {
    PRESENTATION.binary_search(&name).is_ok()
}

/// Whether an attribute is kept as it is.
pub(crate) fn plain(name: &str) -> bool {
    PLAIN.contains(&name) || name.starts_with("aria-") || name.starts_with("data-")
}

/// Whether an attribute may be animated.
pub(crate) fn animated(name: &str) -> bool {
    presentation(name) || (PLAIN.contains(&name) && !matches!(name, "id" | "attributeName" | "attributeType"))
}

/// Whether a property of CSS is kept. Those that a program names are.
pub(crate) fn property(name: &str) -> bool {
    let name = name.strip_prefix("-webkit-").or_else(|| name.strip_prefix("-moz-")).unwrap_or(name);
    name.starts_with("--") || presentation(name) || PROPERTIES.binary_search(&name).is_ok()
}

/// Whether a function of CSS is kept.
pub(crate) fn function(name: &str) -> bool {
    FUNCTIONS.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn lists_that_are_searched_are_sorted() {
        for list in [super::PRESENTATION, super::PROPERTIES, super::FUNCTIONS] {
            assert!(list.is_sorted(), "{:?}", list.windows(2).find(|pair| pair[0] > pair[1]));
        }
    }
}
