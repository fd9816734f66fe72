import { element } from "./dom";

/** Puts a style sheet that lies beside this script into an element, and waits for it: unstyled is better than never. */
export function styled(place: Element, name: string): Promise<void> {
  const link = element("link", { rel: "stylesheet", href: new URL(name, import.meta.url).href });
  return new Promise((ready) => {
    link.onload = link.onerror = () => ready();
    place.prepend(link);
  });
}
