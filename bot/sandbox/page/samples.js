// Pictures for whoever has none at hand: a loaf on a board, in another light each time.

const LIGHTS = [
  ["#f3d9b8", "#c97f3d", "#8a4b1f"],
  ["#dfe5d3", "#b8743a", "#6d3c1a"],
  ["#f1c7b0", "#d08a4a", "#7d4322"],
  ["#cfdde3", "#c0763c", "#70401f"],
];
const SHAPES = [[1600, 1200], [1200, 1500], [1400, 1400], [1600, 900]];
let made = 0;

/** A JPEG file. */
export async function samplePicture(name) {
  const at = made++;
  const [width, height] = SHAPES[at % SHAPES.length];
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  paint(canvas.getContext("2d"), width, height, LIGHTS[at % LIGHTS.length]);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.88));
  return new File([blob], `${name}-${at + 1}.jpg`, { type: "image/jpeg" });
}

function paint(pen, width, height, [air, crust, shade]) {
  const light = pen.createLinearGradient(0, 0, width, height);
  light.addColorStop(0, "#fffaf2");
  light.addColorStop(1, air);
  pen.fillStyle = light;
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = "#7a5233";
  pen.fillRect(0, height * 0.74, width, height * 0.26);
  pen.fillStyle = "#8b6140";
  pen.fillRect(0, height * 0.74, width, height * 0.018);
  loaf(pen, width / 2, height * 0.6, Math.min(width, height) * 0.36, crust, shade);
}

function loaf(pen, x, y, size, crust, shade) {
  pen.fillStyle = "rgb(40 20 5 / .28)";
  oval(pen, x, y + size * 0.5, size * 1.1, size * 0.12);
  const dough = pen.createRadialGradient(x - size * 0.4, y - size * 0.4, size * 0.1, x, y, size * 1.2);
  dough.addColorStop(0, "#efbe7d");
  dough.addColorStop(0.55, crust);
  dough.addColorStop(1, shade);
  pen.fillStyle = dough;
  oval(pen, x, y, size * 1.15, size * 0.62);
  pen.strokeStyle = "#f8e2bd";
  pen.lineCap = "round";
  pen.lineWidth = size * 0.07;
  for (const step of [-0.6, -0.2, 0.2, 0.6]) {
    pen.beginPath();
    pen.moveTo(x + size * (step - 0.12), y - size * 0.3);
    pen.quadraticCurveTo(x + size * (step + 0.1), y - size * 0.1, x + size * (step + 0.02), y + size * 0.22);
    pen.stroke();
  }
}

function oval(pen, x, y, width, height) {
  pen.beginPath();
  pen.ellipse(x, y, width, height, 0, 0, Math.PI * 2);
  pen.fill();
}
