// A password that can be looked at while it is typed.

/** Characters, as the appliance wants them. */
export const SHORTEST = 8;

/** `button` shows what stands in `input`, and hides it again; `words`: `{ show, hide }`. */
export function reveals(button, input, words) {
  button.textContent = words.show;
  button.setAttribute('aria-pressed', 'false');
  button.addEventListener('click', () => {
    const shown = input.type === 'text';
    input.type = shown ? 'password' : 'text';
    button.textContent = shown ? words.show : words.hide;
    button.setAttribute('aria-pressed', String(!shown));
  });
}
