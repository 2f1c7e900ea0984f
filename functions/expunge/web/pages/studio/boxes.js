// Boxes on the picture: found ones to switch on and off, and own ones to draw, move and resize.

import { h } from "../design/dom.js";

const SMALLEST = 4;

/** Draws boxes over a `Compare`. `changed` is called after every change by a person. */
export class Boxes {
  #drawing = false;

  constructor(compare, changed) {
    Object.assign(this, { compare, changed, boxes: [], kind: "face" });
    compare.element.addEventListener("placed", () => this.place());
    compare.view.addEventListener("pointerdown", (event) => this.#startDrawing(event), { capture: true });
  }

  /** Show boxes: `{ x1, y1, x2, y2, name, on, own }` in pixels of the image. */
  show(boxes, { fixed = false } = {}) {
    const focused = this.boxes.findIndex((_, index) => this.compare.overlay.children[index] === document.activeElement);
    this.boxes = boxes;
    this.compare.overlay.replaceChildren(...boxes.map((box) => (fixed ? this.#mark(box) : this.#toggle(box))));
    this.place();
    if (focused >= 0) this.compare.overlay.children[focused]?.focus();
  }

  place() {
    const { scale, x, y } = this.compare.viewport;
    this.boxes.forEach((box, index) => {
      const { style } = this.compare.overlay.children[index];
      style.left = `${box.x1 * scale + x}px`;
      style.top = `${box.y1 * scale + y}px`;
      style.width = `${(box.x2 - box.x1) * scale}px`;
      style.height = `${(box.y2 - box.y1) * scale}px`;
    });
  }

  /** From now on a drag draws a box, until one is drawn. */
  draw(made) {
    this.#drawing = made;
    this.compare.view.classList.add("drawing");
  }

  stopDrawing() {
    this.#drawing = false;
    this.compare.view.classList.remove("drawing");
  }

  /** A box in the middle of what is seen, for the keyboard: it gets the focus. */
  addInTheMiddle(made) {
    const { viewport, view } = this.compare;
    const middle = viewport.toImage(view.clientWidth / 2, view.clientHeight / 2);
    const half = Math.min(view.clientWidth, view.clientHeight) / viewport.scale / 8;
    made(this.#within({ x1: middle.x - half, y1: middle.y - half, x2: middle.x + half, y2: middle.y + half }));
    this.compare.overlay.lastElementChild?.focus();
  }

  #mark(box) {
    return h("div", { class: "box fixed" }, h("span", { class: "tag" }, box.name));
  }

  #toggle(box) {
    const words = box.own ? `${box.name}. Space switches it, arrow keys move it, Shift and arrow keys resize it, Delete removes it.` : box.name;
    const element = h("button", {
      type: "button", "data-kind": box.kind, hidden: Boolean(box.hidden), role: "checkbox", class: box.own ? "box own" : "box", "aria-checked": String(box.on), "aria-label": words, title: box.name,
      onclick: () => this.#switch(box, element), onkeydown: (event) => this.#key(event, box),
    }, box.own && h("span", { class: "corner", "data-corner": "" }), box.number && h("span", { class: "number" }, String(box.number)));
    if (box.own) this.#drag(element, box);
    return element;
  }

  #switch(box, element) {
    if (element.dataset.moved) {
      delete element.dataset.moved;
      return;
    }
    box.on = !box.on;
    element.setAttribute("aria-checked", String(box.on));
    this.changed();
  }

  #key(event, box) {
    if (!box.own) return;
    if (["Delete", "Backspace"].includes(event.key)) {
      this.boxes.splice(this.boxes.indexOf(box), 1);
      this.changed();
      return;
    }
    const step = Math.max(1, 8 / this.compare.viewport.scale);
    const [dx, dy] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key] || [0, 0];
    if (!dx && !dy) return;
    event.preventDefault();
    event.stopPropagation();
    this.#shift(box, dx, dy, event.shiftKey);
    this.changed();
  }

  #shift(box, dx, dy, resize) {
    const to = resize ? { ...box, x2: box.x2 + dx, y2: box.y2 + dy } : { ...box, x1: box.x1 + dx, y1: box.y1 + dy, x2: box.x2 + dx, y2: box.y2 + dy };
    Object.assign(box, this.#within(to));
    this.place();
  }

  #drag(element, box) {
    let from = null;
    element.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      element.setPointerCapture(event.pointerId);
      from = { x: event.clientX, y: event.clientY, resize: "corner" in event.target.dataset };
    });
    element.addEventListener("pointermove", (event) => {
      if (!from || Math.hypot(event.clientX - from.x, event.clientY - from.y) < 2) return;
      const { scale } = this.compare.viewport;
      this.#shift(box, (event.clientX - from.x) / scale, (event.clientY - from.y) / scale, from.resize);
      from = { ...from, x: event.clientX, y: event.clientY };
      element.dataset.moved = "yes";
    });
    element.addEventListener("pointerup", () => {
      if (element.dataset.moved) setTimeout(() => this.changed());
      from = null;
    });
  }

  #startDrawing(event) {
    if (!this.#drawing || event.button > 0) return;
    event.preventDefault();
    event.stopPropagation();
    const { view, viewport, overlay } = this.compare;
    const { left, top } = view.getBoundingClientRect();
    const at = (one) => viewport.toImage(one.clientX - left, one.clientY - top);
    const start = at(event);
    const rubber = h("div", { class: "box rubber" });
    overlay.append(rubber);
    view.setPointerCapture(event.pointerId);
    const box = (one) => this.#within({ x1: Math.min(start.x, at(one).x), y1: Math.min(start.y, at(one).y), x2: Math.max(start.x, at(one).x), y2: Math.max(start.y, at(one).y) });
    const move = (one) => {
      const { x1, y1, x2, y2 } = box(one);
      Object.assign(rubber.style, { left: `${x1 * viewport.scale + viewport.x}px`, top: `${y1 * viewport.scale + viewport.y}px`, width: `${(x2 - x1) * viewport.scale}px`, height: `${(y2 - y1) * viewport.scale}px` });
    };
    const end = (one) => {
      view.removeEventListener("pointermove", move);
      rubber.remove();
      const drawn = box(one);
      const made = this.#drawing;
      this.stopDrawing();
      if (one.type === "pointerup" && drawn.x2 - drawn.x1 > SMALLEST && drawn.y2 - drawn.y1 > SMALLEST) made(drawn);
    };
    view.addEventListener("pointermove", move);
    view.addEventListener("pointerup", end, { once: true });
  }

  #within(box) {
    const { width, height } = this.compare.viewport;
    const [x1, y1] = [Math.min(Math.max(0, box.x1), width - SMALLEST), Math.min(Math.max(0, box.y1), height - SMALLEST)];
    return { ...box, x1, y1, x2: Math.min(Math.max(x1 + SMALLEST, box.x2), width), y2: Math.min(Math.max(y1 + SMALLEST, box.y2), height) };
  }
}
