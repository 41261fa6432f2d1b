//! The content of a document in the order that it is read in, as far as a text for search and a first page need it.

/// A piece of content.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Block {
    /// A heading; 1 is the largest.
    Heading(u8, String),
    /// A paragraph.
    Paragraph(String),
    /// An item of a list, and how deep it is nested.
    Item(u8, String),
    /// A line whose spaces mean something.
    Verbatim(String),
    /// A row of a table: its cells.
    Row(Vec<String>),
    /// A line across the page.
    Rule,
    /// Where a new page, slide or sheet begins.
    Break,
}

/// Cells that a row may have.
const MOST_CELLS: usize = 1024;

/// Collects content up to a limit.
#[derive(Debug)]
pub(crate) struct Story {
    blocks: Vec<Block>,
    /// Bytes that the text still may have.
    room: usize,
}

impl Default for Story {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Story {
    /// A story whose text has at most `most` bytes.
    pub(crate) fn new(most: usize) -> Self {
        Self { blocks: Vec::new(), room: most }
    }

    /// Whether nothing more is taken: readers stop then.
    pub(crate) fn is_full(&self) -> bool {
        self.room == 0
    }

    pub(crate) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    pub(crate) fn heading(&mut self, level: u8, text: &str) {
        self.add(text, |text| Block::Heading(level.clamp(1, 6), text));
    }

    pub(crate) fn paragraph(&mut self, text: &str) {
        self.add(text, Block::Paragraph);
    }

    pub(crate) fn item(&mut self, depth: u8, text: &str) {
        self.add(text, |text| Block::Item(depth.min(8), text));
    }

    /// A line with its spaces; tabs become four of them. Of several empty lines one is kept.
    pub(crate) fn verbatim(&mut self, line: &str) {
        if line.trim().is_empty() {
            return self.mark(Block::Verbatim(String::new()));
        }
        let line: String = line.replace('\t', "    ").chars().filter(|c| !c.is_control()).collect();
        let kept = self.take(line.trim_end());
        self.blocks.extend(kept.map(Block::Verbatim));
    }

    /// A row of cells. Empty ones keep their place, but for those at the end; a row of nothing else is left out.
    pub(crate) fn row<S: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = S>) {
        let mut kept: Vec<String> = Vec::new();
        for cell in cells.into_iter().take(MOST_CELLS) {
            let cell = folded(cell.as_ref());
            kept.push(if cell.is_empty() { cell } else { self.take(&cell).unwrap_or_default() });
        }
        while kept.last().is_some_and(String::is_empty) {
            kept.pop();
        }
        if !kept.is_empty() {
            self.blocks.push(Block::Row(kept));
        }
    }

    pub(crate) fn rule(&mut self) {
        self.mark(Block::Rule);
    }

    pub(crate) fn page_break(&mut self) {
        self.mark(Block::Break);
    }

    /// What has no text is bounded by what has.
    fn mark(&mut self, block: Block) {
        if self.blocks.last().is_some_and(|last| *last != block) && self.room > 0 {
            self.room -= 1;
            self.blocks.push(block);
        }
    }

    fn add(&mut self, text: &str, block: impl FnOnce(String) -> Block) {
        let text = folded(text);
        let kept = self.take(&text);
        self.blocks.extend(kept.map(block));
    }

    /// As much of a text as there is room for. Its separator takes a byte too.
    fn take(&mut self, text: &str) -> Option<String> {
        if text.is_empty() || self.room == 0 {
            return None;
        }
        let mut end = text.len().min(self.room - 1);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        // What didn't fit whole was the last.
        self.room = if end < text.len() { 0 } else { self.room - end - 1 };
        text.get(..end).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Words of the text. Where a script has no spaces, letters count as words, as word processors have it.
    pub(crate) fn words(&self) -> u64 {
        self.texts().map(words).sum()
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.blocks
            .iter()
            .flat_map(|block| match block {
                Block::Heading(_, text)
                | Block::Paragraph(text)
                | Block::Item(_, text)
                | Block::Verbatim(text) => std::slice::from_ref(text),
                Block::Row(cells) => cells.as_slice(),
                Block::Rule | Block::Break => &[],
            })
            .map(String::as_str)
    }

    /// The text alone: a line for each block, cells of a row with a tab between them.
    pub(crate) fn text(&self) -> String {
        let mut whole = String::new();
        for block in &self.blocks {
            let before = whole.len();
            match block {
                Block::Heading(_, text)
                | Block::Paragraph(text)
                | Block::Item(_, text)
                | Block::Verbatim(text) => {
                    whole.push_str(text.trim());
                }
                Block::Row(cells) => {
                    for cell in cells.iter().filter(|cell| !cell.is_empty()) {
                        if whole.len() > before {
                            whole.push('\t');
                        }
                        whole.push_str(cell);
                    }
                }
                Block::Rule | Block::Break => {}
            }
            if whole.len() > before {
                whole.push('\n');
            }
        }
        whole.truncate(whole.trim_end().len());
        whole
    }
}

/// Words of a text.
pub(crate) fn words(text: &str) -> u64 {
    let ideograph =
        |c: char| matches!(c as u32, 0x3040..=0x30ff | 0x3400..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff);
    let ideographs = text.chars().filter(|c| ideograph(*c)).count();
    let others = text
        .split(|c: char| c.is_whitespace() || ideograph(c))
        .filter(|word| word.chars().any(char::is_alphanumeric));
    (ideographs + others.count()) as u64
}

/// A text with each run of spaces and control characters made one space, and none around it.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let blank = |c: char| c.is_whitespace() || c.is_control();
    for word in text.split(blank).filter(|word| !word.is_empty()) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        // Marks that say nothing: soft hyphens, spaces of no width, the mark of a byte order.
        folded.extend(word.chars().filter(|c| !matches!(c, '\u{ad}' | '\u{200b}' | '\u{feff}' | '\u{fffd}')));
    }
    folded
}
