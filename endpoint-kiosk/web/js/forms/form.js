// <rosie-form>: a form made of a JSON schema. It knows what was changed, puts mistakes beside their fields, and never shows a
// key. An event `rosie-changed` tells that somebody changed something.

import { put } from '../memories/show.js';
import { make } from '../views/dom.js';
import { field } from './fields.js';
import { isSettled, properties, same } from './words.js';

class RosieForm extends HTMLElement {
  /** `values`: what is in force; `kept`: names of the keys that there are; `front`: names of what is not behind "More". */
  show({ schema, values, kept, front }) {
    this.schema = schema;
    this.fields = properties(schema).map(([name, inner]) => field(name, inner, kept.includes(name)));
    const settled = (one, i) => (front ? !front.includes(one.name)
      : i > 0 && !schema.properties[one.name].writeOnly && isSettled(schema.properties[one.name]));
    const more = this.fields.filter(settled);
    this.rest = make('details', 'past', [make('summary', '', ['More']), make('div', 'fields', more.map((one) => one.element))]);
    put(this, [
      make('div', 'fields', this.fields.filter((one) => !more.includes(one)).map((one) => one.element)), more.length ? this.rest : null,
    ]);
    this.settle(values, kept);
    if (!this.listens) {
      this.listens = true;
      ['input', 'change'].forEach((type) => this.addEventListener(type, () => this.dispatchEvent(new CustomEvent('rosie-changed'))));
    }
  }

  /** Takes `values` for what is in force, and shows them. */
  settle(values, kept) {
    this.inForce = { values, kept };
    this.fields.forEach((one) => {
      one.write(values[one.name]);
      if (one.keeps) {
        one.keeps(kept.includes(one.name));
      }
      one.fault('');
    });
    // As the fields give it back: an empty text and none are the same.
    this.before = this.read();
  }

  /** Shows what is in force again. */
  discard() {
    this.settle(this.inForce.values, this.inForce.kept);
  }

  read() {
    return this.fields.reduce((all, one) => Object.assign(all, { [one.name]: one.read() }), {});
  }

  /** What was changed: `{ name: value }`. */
  get entered() {
    const now = this.read();
    return Object.keys(now).filter((name) => now[name] !== undefined && !same(now[name], this.before[name]))
      .reduce((all, name) => Object.assign(all, { [name]: now[name] }), {});
  }

  /** What may lie in the browser until it is saved: no keys. */
  get draft() {
    const { entered } = this;
    return Object.keys(entered).filter((name) => !this.schema.properties[name].writeOnly)
      .reduce((all, name) => Object.assign(all, { [name]: entered[name] }), {});
  }

  set draft(draft) {
    this.fields.filter((one) => draft[one.name] !== undefined).forEach((one) => one.write(draft[one.name]));
  }

  /** `[{ key, message }]`, keys as in this form; gives back those that no field has. */
  faults(mistakes) {
    const own = (key) => this.fields.find((one) => key === one.name || key.indexOf(`${one.name}.`) === 0);
    this.fields.forEach((one) => {
      one.fault(mistakes.filter((mistake) => own(mistake.key) === one).map((mistake) => mistake.message).join(' '));
    });
    const first = this.fields.find((one) => mistakes.some((mistake) => own(mistake.key) === one));
    if (first) {
      this.rest.open = this.rest.open || this.rest.contains(first.element);
      first.focus();
    }
    return mistakes.filter((mistake) => !own(mistake.key));
  }
}

customElements.define('rosie-form', RosieForm);
