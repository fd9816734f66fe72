/** A new element with properties and children. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  { dataset = {}, ...properties }: Partial<Omit<HTMLElementTagNameMap[Name], "dataset">> & { dataset?: DOMStringMap } = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  Object.assign(made.dataset, dataset);
  made.append(...children);
  return made;
}
