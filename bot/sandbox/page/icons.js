// Our own signs, drawn on a grid of 24.

import { svg } from "./dom.js";

const LINES = {
  attach: "M20 11.5 12.3 19a5 5 0 0 1-7.1-7.1l8.2-8.1a3.3 3.3 0 0 1 4.7 4.7l-8.2 8.1a1.6 1.6 0 0 1-2.3-2.3L15 7",
  send: "M4.5 12 3 4.5 21 12 3 19.5 4.5 12Zm0 0H12",
  slash: "M7 4h10a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3ZM14 8l-4 8",
  close: "M6 6l12 12M18 6 6 18",
  down: "M12 5v13M6 12.5l6 6 6-6",
  left: "M14.5 5.5 8 12l6.5 6.5",
  right: "M9.5 5.5 16 12l-6.5 6.5",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  reply: "M10 6 4 12l6 6M4.5 12H14a6 6 0 0 1 6 6",
  pencil: "M4 20l1-4.5L16.5 4a2 2 0 0 1 3 3L8.5 19 4 20Z",
  copy: "M9 9h10v11H9zM5 15V4h10",
  picture: "M4 5h16v14H4zM4 16l5-5 4.5 4.5L16 13l4 4M15.5 9h.01",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  bread: "M5 12a4 4 0 0 1 1-7h12a4 4 0 0 1 1 7v7H5zM9.5 9.5v3M14.5 9.5v3",
  silent: "M4 4l16 16M9 5.3A5.5 5.5 0 0 1 17.5 10v4M6.5 9.5V15L5 17h12M10.5 20h3",
  heart: "M12 20S4 15 4 9.3A4.3 4.3 0 0 1 12 7a4.3 4.3 0 0 1 8 2.3C20 15 12 20 12 20Z",
  talk: "M12 4.5c4.7 0 8.5 3.2 8.5 7.2s-3.8 7.2-8.5 7.2c-1 0-2-.2-2.9-.4L4.5 20l1-3.6a6.8 6.8 0 0 1-2-4.7c0-4 3.8-7.2 8.5-7.2Z",
  share: "M4 13v6h16v-6M12 15V4M8 7.5 12 3.5l4 4",
  again: "M5 9h11l-3-3M19 15H8l3 3",
  thumb: "M4 11h3v9H4zM7 11l4-7c1.5 0 2.3 1 2 2.5L12.5 10H18a2 2 0 0 1 2 2.3l-1 6A2 2 0 0 1 17 20H7",
  globe: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM3.5 12h17M12 3.5c3 2.5 3.5 14.5 0 17M12 3.5c-3 2.5-3.5 14.5 0 17",
  link: "M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.7 5.7L12 17",
  bolt: "M13 3 5 13.5h6L10 21l9-11h-6.5L13 3Z",
  power: "M12 3.5V12M7 6.5a8 8 0 1 0 10 0",
  out: "M9 5H5v14h14v-4M13 4h7v7M20 4l-9 9",
  chat: "M4 5h16v11H10l-4.5 4v-4H4z",
  wall: "M4 4h7v9H4zM13 4h7v5h-7zM13 11h7v9h-7zM4 15h7v5H4z",
  check: "M4 12.5l5 5L20 6.5",
  checks: "M2.5 12.5 7 17l9-10M12 16.5l.5.5 9-10",
  flask: "M10 3v6L4.8 18a2 2 0 0 0 1.8 3h10.8a2 2 0 0 0 1.8-3L14 9V3M8.5 3h7M7 15h10",
};

export function icon(name, size = 22) {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: size, height: size, class: `sign sign-${name}`, "aria-hidden": "true", focusable: "false" },
    svg("path", { d: LINES[name] }),
  );
}
