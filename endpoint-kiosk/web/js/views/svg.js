// Small drawings. They say nothing that does not stand beside them in words.

const SVG = 'http://www.w3.org/2000/svg';

/** An SVG element with attributes and children. */
export function draw(tag, attributes, children) {
  const element = document.createElementNS(SVG, tag);
  Object.keys(attributes).forEach((name) => element.setAttribute(name, attributes[name]));
  (children || []).forEach((child) => element.append(child));
  return element;
}

const MARKS = {
  ready: 'M7 11.5l3 3 5.5-6', loading: 'M11 6.500v5l3 2', degraded: 'M11 6.500v5.500M11 15.500h.01',
  not_set_up: 'M7.5 11h7', unavailable: 'M7.5 7.500l7 7M14.5 7.500l-7 7',
};

/** How a part is. */
export function mark(state) {
  return draw('svg', { viewBox: '0 0 22 22', class: 'p-mark', 'aria-hidden': 'true' }, [
    draw('circle', { cx: 11, cy: 11, r: 9.5 }), draw('path', { d: MARKS[state] }),
  ]);
}

/** Bars, oldest left, as high as `top`; across them the heights of `lines`. */
export function bars(values, top, lines) {
  const width = 4;
  const height = 100;
  const y = (value) => height - (Math.min(value, top) / Math.max(1, top)) * height;
  return draw('svg', { viewBox: `0 0 ${48 * width} ${height}`, preserveAspectRatio: 'none', class: 'bars', 'aria-hidden': 'true' },
    values.map((value, i) => draw('rect', {
      x: (48 - values.length + i) * width, y: Math.min(y(value), height - 2), width: width - 1, height: Math.max(2, height - y(value)),
    })).concat(lines.map((value, i) => draw('line', { x1: 0, x2: 48 * width, y1: y(value), y2: y(value), class: `line-${i}` }))));
}
