// The few DOM helpers the views share. Text only ever becomes text nodes: nothing that anybody said becomes markup.

const SVG = 'http://www.w3.org/2000/svg';

export function byId(id) {
  return document.getElementById(id);
}

/** An element with a class, children (elements or strings) and attributes. */
export function make(tag, className, children, attributes) {
  const element = document.createElement(tag);
  if (className) {
    element.className = className;
  }
  (children || []).filter(Boolean).forEach((child) => element.append(child));
  Object.keys(attributes || {}).forEach((name) => element.setAttribute(name, attributes[name]));
  return element;
}

/** An icon of the sprite in index.html. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Sets text only where it differs, so screen readers hear changes and nothing else. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

/** Puts `children` in place of what is there, when `key` differs from the last time. */
export function fill(element, key, children) {
  if (element.rosieKey === key) {
    return;
  }
  element.rosieKey = key;
  element.textContent = '';
  children().forEach((child) => element.append(child));
}
