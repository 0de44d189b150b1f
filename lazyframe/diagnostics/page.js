const theme = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const time = ms => ms < 999.5 ? `${+ms.toPrecision(3)} ms` : `${+(ms / 1000).toPrecision(3)} s`;
function size(bytes) {
  for (const [unit, name] of [[1e12, "TB"], [1e9, "GB"], [1e6, "MB"], [1e3, "kB"]])
    if (bytes >= unit) return `${+(bytes / unit).toPrecision(3)} ${name}`;
  return `${bytes} bytes`;
}

function prepared(canvas, height) {
  const scale = window.devicePixelRatio || 1, width = canvas.clientWidth;
  canvas.style.height = `${height}px`;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.font = "12px system-ui, sans-serif";
  return [pen, width];
}
const short = text => text.length <= 16 ? text : "…" + text.slice(-15);
