//! Vectors, matrices and boxes.

/// A point, a direction or a colour.
pub(crate) type V3 = [f32; 3];

pub(crate) fn add(a: V3, b: V3) -> V3 {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

pub(crate) fn sub(a: V3, b: V3) -> V3 {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

pub(crate) fn scale(a: V3, by: f32) -> V3 {
    a.map(|x| x * by)
}

pub(crate) fn dot(a: V3, b: V3) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(crate) fn cross(a: V3, b: V3) -> V3 {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// The same direction with length one; nothing stays nothing.
pub(crate) fn unit(a: V3) -> V3 {
    let length = dot(a, a).sqrt();
    if length > 0.0 && length.is_finite() { scale(a, 1.0 / length) } else { [0.0; 3] }
}

pub(crate) fn mix(a: V3, b: V3, t: f32) -> V3 {
    std::array::from_fn(|at| a[at] + (b[at] - a[at]) * t)
}

pub(crate) fn times(a: V3, b: V3) -> V3 {
    std::array::from_fn(|at| a[at] * b[at])
}

/// An affine map, as columns: three directions and a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Map(pub(crate) [V3; 4]);

impl Map {
    pub(crate) const NONE: Self = Self([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0; 3]]);

    /// Of the sixteen numbers of a matrix, column by column.
    pub(crate) fn of_matrix(m: &[f32; 16]) -> Self {
        Self(std::array::from_fn(|column| std::array::from_fn(|row| m[column * 4 + row])))
    }

    pub(crate) fn of_parts(translation: V3, [x, y, z, w]: [f32; 4], size: V3) -> Self {
        let turn = [
            [1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y + z * w), 2.0 * (x * z - y * w)],
            [2.0 * (x * y - z * w), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z + x * w)],
            [2.0 * (x * z + y * w), 2.0 * (y * z - x * w), 1.0 - 2.0 * (x * x + y * y)],
        ];
        Self([scale(turn[0], size[0]), scale(turn[1], size[1]), scale(turn[2], size[2]), translation])
    }

    pub(crate) fn direction(&self, v: V3) -> V3 {
        let [x, y, z, _] = self.0;
        add(add(scale(x, v[0]), scale(y, v[1])), scale(z, v[2]))
    }

    pub(crate) fn point(&self, v: V3) -> V3 {
        add(self.direction(v), self.0[3])
    }

    /// This after `first`.
    pub(crate) fn after(&self, first: &Self) -> Self {
        let [x, y, z, place] = first.0;
        Self([self.direction(x), self.direction(y), self.direction(z), self.point(place)])
    }

    /// How it turns normals, up to their length; mirrors keep them outside.
    pub(crate) fn normals(&self) -> Self {
        let [x, y, z, _] = self.0;
        let sign = if self.mirrors() { -1.0 } else { 1.0 };
        Self([scale(cross(y, z), sign), scale(cross(z, x), sign), scale(cross(x, y), sign), [0.0; 3]])
    }

    /// Whether left becomes right.
    pub(crate) fn mirrors(&self) -> bool {
        let [x, y, z, _] = self.0;
        dot(cross(x, y), z) < 0.0
    }

    /// The sum of maps by weights is made of these.
    pub(crate) fn weighted(&self, by: f32) -> [V3; 4] {
        self.0.map(|column| scale(column, by))
    }
}

/// The box around points.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) min: V3,
    pub(crate) max: V3,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { min: [f32::INFINITY; 3], max: [f32::NEG_INFINITY; 3] }
    }
}

impl Bounds {
    /// Points that are nowhere don't count.
    pub(crate) fn add(&mut self, point: V3) {
        if point.iter().all(|x| x.is_finite()) {
            self.min = std::array::from_fn(|axis| self.min[axis].min(point[axis]));
            self.max = std::array::from_fn(|axis| self.max[axis].max(point[axis]));
        }
    }

    /// Both corners, if there was a point.
    pub(crate) fn corners(&self) -> Option<(V3, V3)> {
        (self.min[0] <= self.max[0]).then_some((self.min, self.max))
    }
}
