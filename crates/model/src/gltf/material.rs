//! How surfaces look.

use crate::scene::{Alpha, Cover, Material, Wrap};
use crate::space::scale;

use super::document::{Document, Info, Surface};

/// The look of a material.
pub(super) fn of(document: &Document, number: usize) -> Material {
    let Some(surface) = document.materials.get(number) else { return Material::default() };
    let Surface { extensions, .. } = surface;
    let cover = |info: &Option<Info>| info.as_ref().and_then(|info| cover(document, info));
    let metal = surface.pbr_metallic_roughness.as_ref();
    let glow = surface.emissive_factor.unwrap_or_default();
    let strength = extensions.strength.as_ref().and_then(|strength| strength.emissive_strength);
    let mut material = Material {
        colour: metal.and_then(|metal| metal.base_color_factor).unwrap_or([1.0; 4]),
        cover: metal.and_then(|metal| cover(&metal.base_color_texture)),
        metallic: metal.and_then(|metal| metal.metallic_factor).unwrap_or(1.0).clamp(0.0, 1.0),
        rough: metal.and_then(|metal| metal.roughness_factor).unwrap_or(1.0).clamp(0.0, 1.0),
        surface: metal.and_then(|metal| cover(&metal.metallic_roughness_texture)),
        glow: scale(glow, strength.unwrap_or(1.0)),
        glow_cover: cover(&surface.emissive_texture),
        bumps: surface
            .normal_texture
            .as_ref()
            .and_then(|info| Some((self::cover(document, info)?, info.scale.unwrap_or(1.0)))),
        alpha: match surface.alpha_mode.as_deref() {
            Some("MASK") => Alpha::Mask(surface.alpha_cutoff.unwrap_or(0.5)),
            Some("BLEND") => Alpha::Blend,
            _ => Alpha::Opaque,
        },
        double_sided: surface.double_sided,
        unlit: extensions.unlit.is_some(),
        transmission: 0.0,
    };
    if let Some(gloss) = &extensions.gloss {
        material.colour = gloss.diffuse_factor.unwrap_or([1.0; 4]);
        material.cover = cover(&gloss.diffuse_texture);
        material.rough = 1.0 - gloss.glossiness_factor.unwrap_or(1.0).clamp(0.0, 1.0);
        (material.metallic, material.surface) = (0.0, None);
    }
    if let Some(transmission) = &extensions.transmission {
        material.transmission = transmission.transmission_factor.unwrap_or_default().clamp(0.0, 1.0);
    }
    material
}

fn cover(document: &Document, info: &Info) -> Option<Cover> {
    let texture = document.textures.get(info.index)?;
    let webp = texture.extensions.webp.as_ref().and_then(|webp| webp.source);
    let sampler = texture.sampler.and_then(|sampler| document.samplers.get(sampler));
    let wrap = |wrap: Option<u32>| match wrap {
        Some(33_071) => Wrap::Clamp,
        Some(33_648) => Wrap::Mirror,
        _ => Wrap::Repeat,
    };
    let mut cover = Cover {
        picture: webp.or(texture.source)?,
        set: info.tex_coord,
        map: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]],
        wrap: [
            wrap(sampler.and_then(|sampler| sampler.wrap_s)),
            wrap(sampler.and_then(|sampler| sampler.wrap_t)),
        ],
        nearest: sampler.and_then(|sampler| sampler.mag_filter) == Some(9728),
    };
    if let Some(transform) = &info.extensions.transform {
        let [x, y] = transform.offset.unwrap_or_default();
        let [across, down] = transform.scale.unwrap_or([1.0; 2]);
        let (sin, cos) = transform.rotation.unwrap_or_default().sin_cos();
        cover.map = [[cos * across, sin * down, x], [-sin * across, cos * down, y]];
        cover.set = transform.tex_coord.unwrap_or(info.tex_coord);
    }
    (cover.set < 2).then_some(cover)
}
