// The relationship map with tooltips and a brush that zooms. The page is complete without it:
// what is drawn here is read from the server's own chart, so both always show the same.
import { axisX, axisY, dot, gridX, gridY, plot, pointer, tip } from "@observablehq/plot";

const HEIGHT = 460;
const LEFT = 44, RIGHT = 22, BOTTOM = 28;
const percent = (share) => `${+(100 * share).toFixed(1)} %`;

// Every disc of the server's chart, with its place as shares of closeness and intensity.
const read = (figure, svg) => {
  const [x0, x1, y0, y1] = ["x0", "x1", "y0", "y1"].map((side) => Number(figure.dataset[side]));
  const { width, height } = svg.getBoundingClientRect();
  const diagonal = Math.hypot(width, height) / Math.SQRT2;
  const size = (r) => (r.endsWith("%") ? (parseFloat(r) / 100) * diagonal : Number(r));
  const discs = [...svg.querySelectorAll("a")].flatMap((link) =>
    [...link.querySelectorAll("circle")].map((circle, depth) => ({
      x: x0 + (parseFloat(circle.getAttribute("cx")) / 100) * (x1 - x0),
      y: y1 - (parseFloat(circle.getAttribute("cy")) / 100) * (y1 - y0),
      r: Math.max(size(circle.getAttribute("r")), 3),
      circle, depth, href: link.getAttribute("href"), words: link.getAttribute("aria-label"),
    })));
  return { discs, area: { x0, x1, y0, y1 } };
};

const chart = ({ discs, area }, width) => {
  const drawn = plot({
    width, height: HEIGHT, marginLeft: LEFT, marginBottom: BOTTOM, marginTop: 10, marginRight: RIGHT,
    className: "plot",
    x: { domain: [area.x0, area.x1], label: null }, y: { domain: [area.y0, area.y1], label: null },
    r: { type: "identity" }, color: { type: "identity" },
    marks: [
      gridX({ strokeOpacity: 1 }), gridY({ strokeOpacity: 1 }),
      axisX({ tickFormat: percent, tickSize: 0, ticks: 5 }),
      axisY({ tickFormat: percent, tickSize: 0, ticks: 5 }),
      dot(discs, {
        x: "x", y: "y", r: "r", href: "href", ariaLabel: "words", sort: null,
        fill: (disc) => getComputedStyle(disc.circle).fill,
        stroke: (disc) => getComputedStyle(disc.circle).stroke,
      }),
      tip(discs.filter((disc) => disc.depth === 0),
        pointer({ x: "x", y: "y", title: "words", maxRadius: 24 })),
    ],
  });
  // What a mark is too simple for: rings, whole and broken.
  drawn.querySelectorAll('[aria-label="dot"] circle').forEach((circle, at) => {
    const { strokeWidth, strokeDasharray } = getComputedStyle(discs[at].circle);
    circle.setAttribute("stroke-width", strokeWidth);
    if (strokeDasharray !== "none") circle.setAttribute("stroke-dasharray", strokeDasharray);
  });
  // Plot brings its style sheet along; ours holds those rules, and the site allows no other.
  for (const sheet of drawn.querySelectorAll("style")) sheet.remove();
  drawn.querySelector('[aria-label="tip"]')?.removeAttribute("aria-label"); // empty until pointed at
  return drawn;
};

// Dragging over the map asks for that corner of it.
const brush = (drawn, { area }) => {
  const place = (event) => {
    const box = drawn.getBoundingClientRect();
    const x = (event.clientX - box.left - LEFT) / (box.width - LEFT - RIGHT);
    const y = (event.clientY - box.top - 10) / (box.height - BOTTOM - 10);
    return [x, y].map((share) => Math.min(Math.max(share, 0), 1));
  };
  const mark = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  mark.setAttribute("class", "brush");
  let from = null;
  const show = (to) => {
    const { width, height } = drawn.getBoundingClientRect();
    const [wide, high] = [width - LEFT - RIGHT, height - BOTTOM - 10];
    mark.setAttribute("x", LEFT + Math.min(from[0], to[0]) * wide);
    mark.setAttribute("y", 10 + Math.min(from[1], to[1]) * high);
    mark.setAttribute("width", Math.abs(to[0] - from[0]) * wide);
    mark.setAttribute("height", Math.abs(to[1] - from[1]) * high);
  };
  drawn.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button || event.target.closest("a")) return;
    from = place(event);
    drawn.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  drawn.addEventListener("pointermove", (event) => {
    if (!from) return;
    if (!mark.isConnected) drawn.append(mark);
    show(place(event));
  });
  drawn.addEventListener("pointerup", (event) => {
    if (!from) return;
    const [a, b] = [from, place(event)];
    from = null;
    mark.remove();
    if (Math.abs(a[0] - b[0]) < 0.02 || Math.abs(a[1] - b[1]) < 0.02) return;
    const [wide, high] = [area.x1 - area.x0, area.y1 - area.y0];
    const asked = new URLSearchParams(location.search);
    asked.set("x0", (area.x0 + Math.min(a[0], b[0]) * wide).toFixed(4));
    asked.set("x1", (area.x0 + Math.max(a[0], b[0]) * wide).toFixed(4));
    asked.set("y0", (area.y1 - Math.max(a[1], b[1]) * high).toFixed(4));
    asked.set("y1", (area.y1 - Math.min(a[1], b[1]) * high).toFixed(4));
    location.search = asked;
  });
};

for (const figure of document.querySelectorAll("[data-map]")) {
  const svg = figure.querySelector("svg");
  const found = read(figure, svg);
  let drawn = svg;
  const draw = () => {
    const next = chart(found, Math.max(figure.clientWidth, 280));
    brush(next, found);
    drawn.replaceWith(next);
    drawn = next;
  };
  // The server's chart stays, unseen, as the source of places and colours.
  const keep = Object.assign(document.createElement("div"), { hidden: true });
  figure.append(keep);
  svg.after(drawn = document.createElement("span"));
  keep.append(svg);
  figure.classList.add("live");
  draw();
  new ResizeObserver(() => { if (figure.clientWidth !== Number(drawn.getAttribute("width"))) draw(); }).observe(figure);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}
