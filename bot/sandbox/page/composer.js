// Where the person writes: text, pictures, a reply, a change of an own message.

import { commandMenu } from "./commands.js";
import { el, find, iconButton } from "./dom.js";
import { icon } from "./icons.js";
import { excerpt, plain } from "./markup.js";
import { open as openSheet } from "./popover.js";
import { samplePicture } from "./samples.js";
import { t } from "./texts.js";
import { tray } from "./tray.js";
import { server } from "./wire.js";

const MOST_TEXT = 4096;

export function composer(root, { complain }) {
  const form = find(".composer", root);
  const field = el("textarea", {
    class: "field", rows: 1, maxlength: MOST_TEXT, enterkeyhint: "send", role: "combobox", "aria-autocomplete": "list",
    "aria-controls": "commands", "aria-expanded": "false", "aria-label": t("write.label"), placeholder: t("write.placeholder"),
  });
  const send = iconButton(icon("send"), t("write.send"), { class: "icon send", type: "submit" });
  const attach = iconButton(icon("attach"), t("write.attach"), { class: "icon attach", "aria-haspopup": "menu" });
  const slash = iconButton(icon("slash"), t("write.commands"), { class: "icon slash", "aria-controls": "commands" });
  const picker = el("input", { type: "file", accept: "image/*", multiple: true, class: "picker", tabindex: -1, "aria-hidden": "true" });
  const context = el("div", { class: "context", hidden: true });
  const pictures = tray({ changed: drawState, complain });
  const menu = commandMenu(field, chosen);
  let about = null;
  let aside = "";
  let way = "photo";
  let busy = false;
  let again = false;

  form.append(menu.node, pictures.node, context, el("div", { class: "line" }, slash, field, attach, send), picker);

  const empty = () => !field.value.trim() && !pictures.files().length;

  function drawState() {
    send.disabled = busy || empty();
    send.setAttribute("aria-label", t(about?.edit ? "write.save" : "write.send"));
    field.placeholder = t(pictures.files().length ? "write.caption" : "write.placeholder");
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 168)}px`;
  }

  function put(text) {
    show(text);
    field.focus({ preventScroll: true });
  }

  function show(text) {
    field.value = text;
    menu.close();
    drawState();
  }

  /** Nothing else has taken the person's attention meanwhile. */
  const attended = () => form.contains(document.activeElement) || document.activeElement === document.body;

  async function submit() {
    const [text, files] = [field.value.trim(), pictures.files()];
    if (busy) again = true;
    if (busy || (!text && !files.length)) return;
    const [written, meant] = [field.value, about];
    busy = true;
    drawState();
    try {
      await deliver(text, files);
      delivered(written, files, meant);
    } catch (refusal) {
      again = false;
      complain(refusal.message);
    }
    busy = false;
    drawState();
    if (again) {
      again = false;
      submit();
    }
  }

  /** What was sent leaves the field; what the person wrote or began meanwhile stays. */
  function delivered(written, files, meant) {
    pictures.sent(files);
    if (aside === written) aside = "";
    if (about === meant) {
      if (!meant?.edit && field.value.startsWith(written)) field.value = field.value.slice(written.length);
      leave();
    }
    if (attended()) put(field.value);
    else show(field.value);
  }

  function deliver(text, files) {
    if (files.length) return server.pictures(files, text, pictures.as(), about?.reply ?? null);
    return about?.edit ? server.edit(about.edit, text) : server.write(text, about?.reply ?? null);
  }

  function chosen(command, whole) {
    if (!whole) return put(`/${command} `);
    put("");
    return server.write(`/${command}`, about?.reply ?? null).then(leave, (refusal) => complain(refusal.message));
  }

  function leave() {
    if (about?.edit) field.value = aside;
    about = null;
    context.hidden = true;
    context.replaceChildren();
    drawState();
  }

  function speakAbout(kind, message) {
    leave();
    about = { [kind]: message.id };
    aside = field.value;
    const stop = iconButton(icon("close", 18), t("write.cancel"), { onclick: () => (leave(), field.focus()) });
    const what = el("p", {}, el("strong", {}, t(kind === "edit" ? "write.editing" : "write.replying")), el("span", {}, excerpt(message.html) || t("chat.photo")));
    context.replaceChildren(icon(kind === "edit" ? "pencil" : "reply", 20), what, stop);
    context.hidden = false;
    put(kind === "edit" ? plain(message.html) : field.value);
  }

  function pick(kind) {
    way = kind;
    picker.value = "";
    picker.click();
  }

  async function addSample() {
    pictures.add([await samplePicture(t("attach.names"))]);
    field.focus({ preventScroll: true });
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  field.addEventListener("input", () => {
    const typed = /^\/(\w*)$/.exec(field.value);
    if (typed) menu.open(typed[1]);
    else menu.close();
    drawState();
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || menu.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape" && about) leave();
  });
  field.addEventListener("blur", () => menu.close());
  field.addEventListener("paste", (event) => taken(event, event.clipboardData.files));
  slash.addEventListener("pointerdown", (event) => event.preventDefault());
  slash.addEventListener("click", () => {
    const was = menu.isOpen();
    field.focus({ preventScroll: true });
    if (was) menu.close();
    else menu.open();
  });
  attach.addEventListener("click", () => openSheet(attach, { name: t("write.attach"), role: "menu", className: "menu", fill: (close) => attachMenu(close, pick, addSample) }));
  picker.addEventListener("change", () => {
    pictures.add(picker.files, way);
    field.focus({ preventScroll: true });
  });
  acceptDrops(root, (event) => taken(event, event.dataTransfer.files));

  function taken(event, files) {
    if (!files.length) return;
    event.preventDefault();
    pictures.add(files);
    field.focus({ preventScroll: true });
  }

  drawState();
  return {
    put, addSample, know: menu.know, say: (text) => server.write(text, null).catch((refusal) => complain(refusal.message)),
    reply: (message) => speakAbout("reply", message), edit: (message) => speakAbout("edit", message),
  };
}

function attachMenu(close, pick, addSample) {
  const item = (sign, key, act) =>
    el("button", { type: "button", role: "menuitem", onclick: () => (close(), act()) }, icon(sign), t(key));
  return [
    item("picture", "attach.photos", () => pick("photo")),
    item("file", "attach.files", () => pick("document")),
    item("bread", "attach.sample", addSample),
  ];
}

function acceptDrops(root, taken) {
  const veil = el("p", { class: "drop", "aria-hidden": "true" }, t("attach.drop"));
  find(".screen", root).append(veil);
  const over = (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    root.classList.add("dropping");
  };
  const out = (event) => !root.contains(event.relatedTarget) && root.classList.remove("dropping");
  root.addEventListener("dragenter", over);
  root.addEventListener("dragover", over);
  root.addEventListener("dragleave", out);
  root.addEventListener("drop", (event) => {
    root.classList.remove("dropping");
    taken(event);
  });
}
