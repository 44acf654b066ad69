//! Takes out of a text what nobody reads aloud: control characters, markup of Markdown, emoji.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// The text as a person would read it. Keeps line breaks, which tell sentences of a list apart.
pub fn clean(text: &str) -> String {
    let text: String = text.chars().filter_map(speakable).collect();
    let mut lines = Vec::new();
    for line in text.lines() {
        if let Some(line) = line_without_markdown(line) {
            lines.push(line);
        }
    }
    inline(&lines.join("\n"))
}

/// The character, another in its place, or nothing.
fn speakable(c: char) -> Option<char> {
    match c {
        '\n' => Some('\n'),
        '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' => Some('\n'),
        '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Some(' '),
        // Zero width, direction, variation selectors, tags, private use.
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}' => None,
        '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => None,
        '\u{fff0}'..='\u{ffff}' => None,
        // Arrows, boxes, dingbats, pictures. The degree, number, mathematics and currency signs stay.
        '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{2500}'..='\u{27bf}' => None,
        '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' | '\u{20e3}' => None,
        c if c.is_control() => None,
        c => Some(c),
    }
}

/// `None` for lines that only draw something.
fn line_without_markdown(line: &str) -> Option<String> {
    let bare = line.trim();
    if bare.starts_with("```") || bare.starts_with("~~~") {
        return None;
    }
    if bare.len() >= 3
        && bare
            .chars()
            .all(|c| matches!(c, '-' | '=' | '*' | '_' | '|' | ':' | '+' | ' '))
    {
        return None;
    }
    let bare = bare.trim_start_matches('>').trim_start();
    let heading = bare.trim_start_matches('#');
    let (bare, is_heading) = match bare.len() - heading.len() {
        1..=6 if heading.starts_with(' ') => (heading.trim(), true),
        _ => (bare, false),
    };
    let point = ["- [ ] ", "- [x] ", "- ", "* ", "+ ", "• "]
        .iter()
        .find_map(|p| bare.strip_prefix(p));
    let row = bare.starts_with('|') && bare.len() > 1;
    let text = point.unwrap_or(bare);
    let text = if row {
        text.trim_matches('|')
            .split('|')
            .map(str::trim)
            .collect::<Vec<_>>()
            .join(", ")
    } else {
        text.to_owned()
    };
    // Points and headings end like sentences, so that they do not run into the next line.
    let open = text
        .trim_end()
        .chars()
        .last()
        .is_some_and(|c| c.is_alphanumeric() || matches!(c, ')' | '"' | '*' | '`' | '_'));
    let closed = (is_heading || point.is_some() || row) && open;
    Some(if closed {
        format!("{}.\n", text.trim_end())
    } else {
        text
    })
}

static IMAGE_OR_LINK: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"!?\[([^\[\]\n]*)\]\(([^()\s]*)[^()\n]*\)").ok());
static STRONG: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\*\*|\b__(\S(?:[^\n]*?\S)?)__\b|~~([^~\n]+)~~").ok());
static SOFT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\*(\S(?:[^*\n]*\S)?)\*|\b_(\S(?:[^_\n]*\S)?)_\b").ok());

fn inline(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(link) = &*IMAGE_OR_LINK {
        text = link.replace_all(&text, "$1").into_owned();
    }
    for emphasis in [&*STRONG, &*SOFT].into_iter().flatten() {
        let inner = |c: &Captures<'_>| {
            c.iter()
                .skip(1)
                .flatten()
                .next()
                .map_or(String::new(), |m| m.as_str().to_owned())
        };
        text = emphasis.replace_all(&text, inner).into_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '`' => {}
            ' ' if out.ends_with([' ', '\n']) => {}
            c => out.push(c),
        }
    }
    out.trim().to_owned()
}
