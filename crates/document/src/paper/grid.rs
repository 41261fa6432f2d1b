//! The first cells of a spreadsheet.

use super::canvas::{Canvas, FAINT, INK, LINE, SHADE};
use crate::story::Block;

const SIZE: f64 = 10.5;
const ROW: f64 = 20.0;
const PADDING: f64 = 5.0;

/// Of the numbers of rows, at the left.
const NUMBERS: f64 = 30.0;

const NARROWEST: f64 = 56.0;
const WIDEST: f64 = 200.0;

/// The strip with the name of the sheet, at the bottom.
const TAB: f64 = 24.0;

/// Of the name's underline.
const GREEN: [u8; 3] = [0x1f, 0x8a, 0x5b];

pub(super) fn draw(canvas: &mut Canvas, blocks: &[Block]) {
    let name = blocks.iter().find_map(|block| match block {
        Block::Heading(_, name) => Some(name.as_str()),
        _ => None,
    });
    let end = canvas.height - if name.is_some() { TAB } else { 0.0 };
    let visible = (end / ROW).ceil() as usize;
    let rows: Vec<&[String]> = blocks
        .iter()
        .filter_map(|block| match block {
            Block::Row(cells) => Some(cells.as_slice()),
            _ => None,
        })
        .take(visible)
        .collect();
    let has_head = rows.len() > 1 && rows.first().is_some_and(|row| row.iter().all(|cell| !is_number(cell)));
    let widths = widths(canvas, &rows);
    heads(canvas, &widths, end);
    for (number, row) in rows.iter().enumerate() {
        let bold = has_head && number == 0;
        let y = ROW * (number as f64 + 1.0);
        if y >= end {
            break;
        }
        let mut x = NUMBERS;
        for (column, (width, cell)) in widths.iter().zip(row.iter()).enumerate() {
            if !cell.is_empty() {
                let room = if is_number(cell) { *width } else { width + empty_behind(row, column, &widths) };
                draw_cell(canvas, cell, x, y, (*width, room), bold);
            }
            x += width;
        }
    }
    if let Some(name) = name {
        tab(canvas, name, end);
    }
}

/// How far a text may go on over the cells to its right: those that are empty.
fn empty_behind(row: &[String], column: usize, widths: &[f64]) -> f64 {
    let empty = |(at, _): &(usize, &f64)| row.get(*at).is_none_or(String::is_empty);
    widths.iter().enumerate().skip(column + 1).take_while(empty).map(|(_, width)| width).sum()
}

/// A cell of a width, whose text may take more room than that.
fn draw_cell(canvas: &mut Canvas, cell: &str, x: f64, y: f64, (width, room): (f64, f64), bold: bool) {
    let text = canvas.letters.fitting(cell, bold, (room - 2.0 * PADDING) / SIZE);
    let long = canvas.letters.width(&text, bold) * SIZE;
    if long > width - PADDING {
        canvas.rectangle(x + 1.0, y + 1.0, (long + PADDING).min(room - 1.0), ROW - 1.5, [0xff; 3]);
    }
    // Numbers stand right, so that their digits are below one another.
    let left = if is_number(cell) { width - PADDING - long } else { PADDING };
    canvas.text(&text, x + left, y + ROW * 0.7, SIZE, bold, INK);
}

/// As wide as the cells want it, and as many as fill the page.
fn widths(canvas: &mut Canvas, rows: &[&[String]]) -> Vec<f64> {
    let mut widths: Vec<f64> = Vec::new();
    let mut across = NUMBERS;
    while across < canvas.width {
        let column = widths.len();
        let mut width = NARROWEST;
        for cell in rows.iter().filter_map(|row| row.get(column)) {
            let start: String = cell.chars().take(48).collect();
            width = width.max(canvas.letters.width(&start, true) * SIZE + 2.0 * PADDING);
        }
        let width = width.min(WIDEST);
        widths.push(width);
        across += width;
    }
    widths
}

/// Names of columns, numbers of rows, and the lines between them.
fn heads(canvas: &mut Canvas, widths: &[f64], end: f64) {
    let (wide, small) = (canvas.width, SIZE * 0.85);
    canvas.rectangle(0.0, 0.0, wide, ROW, SHADE);
    canvas.rectangle(0.0, 0.0, NUMBERS, end, SHADE);
    let mut x = NUMBERS;
    for (number, width) in widths.iter().enumerate() {
        let name = column_name(number);
        let left = x + (width - canvas.letters.width(&name, false) * small) / 2.0;
        canvas.text(&name, left, ROW * 0.68, small, false, FAINT);
        canvas.down(x, 0.0, end, LINE);
        x += width;
    }
    let mut y = ROW;
    for number in 1.. {
        canvas.across(0.0, y, wide, LINE);
        if y >= end {
            return;
        }
        let name = number.to_string();
        let left = (NUMBERS - canvas.letters.width(&name, false) * small) / 2.0;
        canvas.text(&name, left, y + ROW * 0.68, small, false, FAINT);
        y += ROW;
    }
}

fn tab(canvas: &mut Canvas, name: &str, top: f64) {
    let wide = canvas.width;
    let name = canvas.letters.fitting(name, true, 240.0 / SIZE);
    let text = canvas.letters.width(&name, true) * SIZE;
    canvas.rectangle(0.0, top, wide, TAB, SHADE);
    canvas.across(0.0, top, wide, LINE);
    canvas.rectangle(NUMBERS, top, text + 28.0, TAB, [0xff; 3]);
    canvas.rectangle(NUMBERS, top + TAB - 2.5, text + 28.0, 2.5, GREEN);
    canvas.text(&name, NUMBERS + 14.0, top + TAB * 0.64, SIZE, true, GREEN);
}

/// `A` to `Z`, `AA` and on.
fn column_name(number: usize) -> String {
    let letter = |number: usize| char::from(b'A' + (number % 26) as u8);
    match number.checked_sub(26) {
        None => letter(number).to_string(),
        Some(rest) => format!("{}{}", letter(rest / 26), letter(rest)),
    }
}

fn is_number(cell: &str) -> bool {
    let bare = cell.trim_end_matches('%').trim_start_matches(['$', '€', '£', '-', '+']);
    bare.starts_with(|c: char| c.is_ascii_digit())
        && bare.bytes().all(|byte| byte.is_ascii_digit() || b".,e-:/ ".contains(&byte))
}
