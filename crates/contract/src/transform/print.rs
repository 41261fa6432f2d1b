//! A transformation as an address spells it, in the order of the published clients. Equal pictures have equal texts, so
//! this is also what variants are known by.

use std::fmt;

use super::{Anchor, Animation, Encoding, Options, Position, Size, Step, Transformation, Upscale};

impl fmt::Display for Transformation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            if index > 0 {
                out.write_str("/")?;
            }
            write!(out, "{step}")?;
        }
        write!(out, "{}/file.{}", self.options, self.options.extension.name())
    }
}

impl fmt::Display for Size {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "w_{},h_{}", self.width, self.height)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Fit { size, upscale } => {
                write!(out, "fit/{size}")?;
                larger(out, *upscale)
            }
            Step::Fill { size, anchor, upscale } => {
                write!(out, "fill/{size}")?;
                match anchor {
                    Anchor::Aligned(align) => write!(out, ",al_{}", align.name())?,
                    Anchor::Focus { x, y } => write!(out, ",fp_{x}_{y}")?,
                    Anchor::Auto => out.write_str(",al_auto")?,
                }
                larger(out, *upscale)
            }
            Step::SmartCrop { size } => write!(out, "scrop/{size}"),
            Step::Crop { at, size, scale } => {
                out.write_str("crop/")?;
                match at {
                    Position::Corner { x, y } => write!(out, "x_{x},y_{y},{size}")?,
                    Position::Aligned(align) => write!(out, "{size},al_{}", align.name())?,
                }
                scale.map_or(Ok(()), |scale| write!(out, ",scl_{scale}"))
            }
        }
    }
}

fn larger(out: &mut fmt::Formatter<'_>, upscale: Option<Upscale>) -> fmt::Result {
    match upscale {
        None => Ok(()),
        Some(Upscale::Classic) => out.write_str(",lg_1"),
        Some(Upscale::Super) => out.write_str(",lg_2"),
    }
}

impl fmt::Display for Options {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(quality) = self.quality {
            write!(out, ",q_{quality}")?;
        }
        if let Some(mask) = self.unsharp {
            write!(out, ",usm_{}_{}_{}", mask.radius, mask.amount, mask.threshold)?;
        }
        if self.baseline {
            out.write_str(",bl")?;
        }
        if let Some(watermark) = &self.watermark {
            write!(out, ",wm_{watermark}")?;
        }
        let adjustments =
            [("con", self.contrast), ("br", self.brightness), ("sat", self.saturation), ("hue", self.hue)];
        for (name, value) in adjustments.into_iter().chain([("blur", i16::from(self.blur))]) {
            if value != 0 {
                write!(out, ",{name}_{value}")?;
            }
        }
        match self.encoding {
            None => {}
            Some(Encoding::Auto) => out.write_str(",enc_auto")?,
            Some(Encoding::Avif) => out.write_str(",enc_avif")?,
            Some(Encoding::ProgressiveAvif) => out.write_str(",enc_pavif")?,
        }
        if self.quality_auto {
            out.write_str(",quality_auto")?;
        }
        match self.animation {
            None => Ok(()),
            Some(Animation::Poster) => out.write_str(",pstr"),
            Some(Animation::All) => out.write_str(",anm_all"),
        }
    }
}
