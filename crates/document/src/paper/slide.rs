//! The first slide of a presentation.

use super::canvas::{Canvas, FAINT, INK, LINE};
use crate::story::Block;

/// Of a bar above the title, for something of colour.
const ACCENT: [u8; 3] = [0x3b, 0x6f, 0xd4];

/// Lines that are drawn of one text.
const MOST_LINES: usize = 8;

pub(super) fn draw(canvas: &mut Canvas, blocks: &[Block]) {
    let unit = canvas.height / 540.0;
    let margin = canvas.width * 0.08;
    let wide = canvas.width - 2.0 * margin;
    let title = blocks.iter().find_map(|block| match block {
        Block::Heading(_, text) => Some(text.as_str()),
        _ => None,
    });
    let others: Vec<&Block> = blocks.iter().filter(|block| !matches!(block, Block::Heading(..))).collect();
    // A title with a line or two is how presentations begin.
    let opening = others.len() < 3
        && others.iter().all(|block| matches!(block, Block::Item(_, text) if text.len() < 120));
    let mut y = if opening { canvas.height * 0.32 } else { 44.0 * unit };
    if let Some(title) = title {
        let size = if opening { 44.0 } else { 34.0 } * unit;
        canvas.rectangle(margin, y, 56.0 * unit, 5.0 * unit, ACCENT);
        y += 18.0 * unit;
        for line in canvas.letters.lines(title, true, wide / size, 3) {
            canvas.text(line, margin, y + size, size, true, INK);
            y += size * 1.25;
        }
        y += 22.0 * unit;
    }
    let end = canvas.height - 30.0 * unit;
    for block in others {
        let (depth, text) = match block {
            Block::Item(depth, text) => (*depth, text.clone()),
            Block::Paragraph(text) | Block::Verbatim(text) => (0, text.clone()),
            Block::Row(cells) => {
                let cells: Vec<&str> =
                    cells.iter().filter(|cell| !cell.is_empty()).map(String::as_str).collect();
                (0, cells.join("  ·  "))
            }
            _ => continue,
        };
        let size = if depth == 0 { 21.0 } else { 18.0 } * unit;
        let bulleted = !opening && matches!(block, Block::Item(..));
        let indent = if bulleted { 24.0 * unit * (f64::from(depth.min(5)) + 1.0) } else { 0.0 };
        for (number, line) in
            canvas.letters.lines(&text, false, (wide - indent) / size, MOST_LINES).into_iter().enumerate()
        {
            if y + size > end {
                return;
            }
            if bulleted && number == 0 {
                canvas.dot(margin + indent - 12.0 * unit, y + size * 0.72, 3.0 * unit, ACCENT);
            }
            canvas.text(line, margin + indent, y + size, size, false, if opening { FAINT } else { INK });
            y += size * 1.3;
        }
        y += size * 0.35;
    }
    canvas.across(margin, canvas.height - 24.0 * unit, wide, LINE);
}
