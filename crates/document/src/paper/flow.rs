//! A page of text: headings, paragraphs, lists, tables.

use super::canvas::{Canvas, FAINT, INK, LINE, SHADE};
use crate::story::Block;

const BODY: f64 = 10.5;
const LEADING: f64 = 1.45;
const INDENT: f64 = 16.0;

/// Around the cells of a table.
const PADDING: f64 = 5.0;

/// Columns and rows of a table that are drawn.
const MOST_COLUMNS: usize = 12;
const MOST_ROWS: usize = 80;

/// Draws blocks from above until the page is full. Lines of code are shaded, but not where all lines are the author's own.
pub(super) fn draw(canvas: &mut Canvas, blocks: &[Block], shaded: bool) {
    let margin = (canvas.width * 0.1).clamp(24.0, 72.0);
    let mut flow = Flow {
        margin,
        y: margin,
        end: canvas.height - margin * 0.8,
        wide: canvas.width - 2.0 * margin,
        canvas,
    };
    let mut rest = blocks;
    while let Some((block, behind)) = rest.split_first() {
        if flow.y >= flow.end {
            return;
        }
        let first = rest.len() == blocks.len();
        rest = behind;
        match block {
            Block::Heading(level, text) => flow.heading(*level, text, first),
            Block::Paragraph(text) => {
                flow.text(text, 0.0, BODY, false);
                flow.y += BODY * 0.6;
            }
            Block::Item(depth, text) => flow.item(*depth, text),
            Block::Verbatim(_) => {
                let lines = 1 + rest.iter().take_while(|block| matches!(block, Block::Verbatim(_))).count();
                let all = blocks.get(blocks.len() - rest.len() - 1..).unwrap_or(&[]);
                flow.verbatim(all.get(..lines).unwrap_or(&[]), shaded);
                rest = rest.get(lines - 1..).unwrap_or(&[]);
            }
            Block::Row(_) => {
                let rows = 1 + rest.iter().take_while(|block| matches!(block, Block::Row(_))).count();
                let all = blocks.get(blocks.len() - rest.len() - 1..).unwrap_or(&[]);
                flow.table(all.get(..rows).unwrap_or(&[]));
                rest = rest.get(rows - 1..).unwrap_or(&[]);
            }
            Block::Rule => {
                flow.y += 6.0;
                flow.canvas.across(flow.margin, flow.y, flow.wide, LINE);
                flow.y += 12.0;
            }
            Block::Break => return,
        }
    }
}

struct Flow<'a> {
    canvas: &'a mut Canvas,
    margin: f64,
    y: f64,
    end: f64,
    wide: f64,
}

impl Flow<'_> {
    /// Lines of a text; the y of the next line stays behind.
    fn text(&mut self, text: &str, indent: f64, size: f64, bold: bool) {
        let room = (self.end - self.y) / (size * LEADING);
        let most = room.ceil().max(0.0) as usize;
        let lines = self.canvas.letters.lines(text, bold, (self.wide - indent) / size, most);
        for line in lines {
            let base = self.y + size * 1.1;
            if base > self.end {
                self.y = self.end;
                return;
            }
            self.canvas.text(line, self.margin + indent, base, size, bold, INK);
            self.y += size * LEADING;
        }
    }

    fn heading(&mut self, level: u8, text: &str, first: bool) {
        let size = match level {
            1 => 22.0,
            2 => 16.5,
            3 => 13.5,
            _ => 11.5,
        };
        if !first {
            self.y += size * 0.5;
        }
        self.text(text, 0.0, size, true);
        self.y += size * 0.35;
    }

    fn item(&mut self, depth: u8, text: &str) {
        let indent = INDENT * (f64::from(depth.min(6)) + 1.0);
        let base = self.y + BODY * 1.1;
        if base > self.end {
            self.y = self.end;
            return;
        }
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let numbered =
            (1..5).contains(&digits) && text.get(digits..).is_some_and(|rest| rest.starts_with(". "));
        let left = self.margin + indent - INDENT;
        let text = if numbered {
            let (number, rest) = text.split_at(digits + 1);
            let wide = self.canvas.letters.width(number, false) * BODY;
            self.canvas.text(number, left + (INDENT - 4.0 - wide).max(-12.0), base, BODY, false, INK);
            rest.trim_start()
        } else {
            self.canvas.dot(left + INDENT * 0.5, base - BODY * 0.34, 1.7, INK);
            text
        };
        self.text(text, indent, BODY, false);
        self.y += BODY * 0.3;
    }

    fn verbatim(&mut self, lines: &[Block], shaded: bool) {
        let size = if shaded { 9.0 } else { 10.0 };
        let before = if shaded { 6.0 } else { 0.0 };
        if shaded {
            let height = (lines.len() as f64 * size * LEADING + 2.0 * before).min(self.end - self.y);
            self.canvas.rectangle(self.margin, self.y, self.wide, height, SHADE);
        }
        self.y += before;
        for line in lines {
            let Block::Verbatim(line) = line else { continue };
            if self.y + size > self.end {
                self.y = self.end;
                return;
            }
            if line.trim().is_empty() {
                self.y += size * LEADING * 0.7;
            } else if shaded {
                let fitting = self.canvas.letters.fitting(line, false, (self.wide - 16.0) / size);
                self.canvas.text(&fitting, self.margin + 8.0, self.y + size * 1.1, size, false, INK);
                self.y += size * LEADING;
            } else {
                self.text(line, 0.0, size, false);
            }
        }
        self.y += if shaded { before + 8.0 } else { 0.0 };
    }

    fn table(&mut self, rows: &[Block]) {
        let rows: Vec<&Vec<String>> = rows
            .iter()
            .filter_map(|row| match row {
                Block::Row(cells) => Some(cells),
                _ => None,
            })
            .take(MOST_ROWS)
            .collect();
        let columns = rows.iter().map(|row| row.len()).max().unwrap_or(0).min(MOST_COLUMNS);
        let size = BODY - 1.0;
        let mut wanted = vec![30.0_f64; columns];
        for row in &rows {
            for (column, cell) in wanted.iter_mut().zip(row.iter()) {
                let start: String = cell.chars().take(60).collect();
                *column = column.max(self.canvas.letters.width(&start, true) * size + 2.0 * PADDING + 0.5);
            }
        }
        let all: f64 = wanted.iter().sum();
        let widths: Vec<f64> = if all > self.wide { shared(&wanted, self.wide) } else { wanted };
        let across: f64 = widths.iter().sum();
        let top = self.y;
        for (number, row) in rows.iter().enumerate() {
            let head = number == 0 && rows.len() > 1;
            let cells: Vec<Vec<String>> = widths
                .iter()
                .zip(row.iter())
                .map(|(width, cell)| {
                    let lines = self.canvas.letters.lines(cell, head, (width - 2.0 * PADDING) / size, 6);
                    lines.into_iter().map(str::to_owned).collect()
                })
                .collect();
            let lines = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
            let height = lines as f64 * size * LEADING + PADDING;
            if self.y + height > self.end {
                break;
            }
            if head {
                self.canvas.rectangle(self.margin, self.y, across, height, SHADE);
            }
            let mut x = self.margin;
            for (lines, width) in cells.iter().zip(&widths) {
                for (number, line) in lines.iter().enumerate() {
                    let base = self.y + PADDING * 0.5 + size * 1.1 + number as f64 * size * LEADING;
                    self.canvas.text(line, x + PADDING, base, size, head, INK);
                }
                x += width;
            }
            self.canvas.across(self.margin, self.y, across, LINE);
            self.y += height;
        }
        self.canvas.across(self.margin, self.y, across, LINE);
        let mut x = self.margin;
        for width in std::iter::once(&0.0).chain(&widths) {
            x += width;
            self.canvas.down(x, top, self.y - top, LINE);
        }
        if self.y == top {
            // Not even the first row had room.
            self.canvas.text("…", self.margin, (self.y + size).min(self.end), size, false, FAINT);
            self.y = self.end;
        }
        self.y += 10.0;
    }
}

/// Widths that fill `room` together: narrow columns as they are, wide ones share what is left.
fn shared(wanted: &[f64], room: f64) -> Vec<f64> {
    let fair = room / wanted.len() as f64;
    let narrow: f64 = wanted.iter().filter(|width| **width <= fair).sum();
    let wide: f64 = wanted.iter().filter(|width| **width > fair).sum();
    let scale = (room - narrow) / wide.max(1.0);
    wanted.iter().map(|width| if *width <= fair { *width } else { width * scale }).collect()
}
