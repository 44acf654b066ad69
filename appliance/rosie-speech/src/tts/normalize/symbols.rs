//! Symbols that mean the same in every language: brought to one form before, and cleaned away after.

/// One form for what has several: minus signs, quotes, dashes, spaces.
pub fn unify(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{2212}' | '\u{2011}' | '\u{2010}' => out.push('-'),
            '’' | '‘' | 'ʼ' | '`' => out.push('\''),
            '“' | '”' | '„' | '«' | '»' | '‹' | '›' => out.push('"'),
            '…' => out.push_str("..."),
            '—' | '―' => spaced_dash(&mut out, &mut chars),
            '–' if out.ends_with(' ') && chars.peek() == Some(&' ') => spaced_dash(&mut out, &mut chars),
            '\n' | '\r' | '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A dash between thoughts is a pause.
fn spaced_dash(out: &mut String, chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    let kept = out.trim_end().len();
    out.truncate(kept);
    if !out.is_empty() {
        out.push(',');
    }
    out.push(' ');
    while chars.next_if(|n| *n == ' ').is_some() {}
}

/// Removes what no voice reads, and tidies spaces and marks.
pub fn finish(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (i, c) in text.char_indices() {
        match c {
            // Brackets are a pause on each side.
            '(' | '[' | '{' => pause(&mut out),
            ')' | ']' | '}' => {
                let next = text[i + c.len_utf8()..].chars().next();
                if next.is_none_or(|n| !matches!(n, '.' | ',' | '!' | '?' | ';' | ':')) && next.is_some() {
                    pause(&mut out);
                }
            }
            '|' => pause(&mut out),
            '"' | '*' | '^' | '~' | '<' | '>' | '®' | '™' | '\\' | '•' | '·' | '¿' | '¡' | '`' => {}
            '_' => space(&mut out),
            c if c.is_whitespace() => space(&mut out),
            ',' | ';' | ':' | '.' | '!' | '?' if out.ends_with(' ') => {
                out.pop();
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out.trim().to_owned()
}

fn space(out: &mut String) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

fn pause(out: &mut String) {
    let kept = out.trim_end().len();
    out.truncate(kept);
    if !out.is_empty() && !out.ends_with([',', '.', ';', ':', '!', '?']) {
        out.push(',');
    }
    space(out);
}
