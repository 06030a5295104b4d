// Measures from a click to the end of the first frame in which other pixels stand where they were waited for: `clock(name)`
// before the click, and `took` has ms. To read pixels takes longer than to draw them, so drawing is overheard, and the pixels
// of a frame are looked at when it is over.
() => {
  const small = Object.assign(document.createElement("canvas"), { width: 32, height: 32 });
  const context = small.getContext("2d", { willReadFrequently: true });
  const pixels = (source) => {
    context.clearRect(0, 0, 32, 32);
    if (source?.width > 0) context.drawImage(source, 0, 0, 32, 32);
    return context.getImageData(0, 0, 32, 32).data;
  };
  const overlay = () => document.querySelector("[role=application] canvas[aria-hidden], canvas.bare");
  const radiograph = () => document.querySelector("[role=application] canvas:not([aria-hidden]), img.bare");
  const conditions = {
    switched: () => {
      const before = pixels(overlay());
      return { target: overlay, isThere: () => pixels(overlay()).some((value, at) => value !== before[at]) };
    },
    drawn: () => ({
      target: radiograph,
      // A quarter of the values is opacity: a black canvas has 1024 of these.
      isThere: () => pixels(radiograph()).filter((value) => value > 60).length > 1200,
    }),
  };
  let drawnOn = () => undefined;
  const { drawImage } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.drawImage = function (...how) {
    drawnOn(this.canvas);
    return drawImage.apply(this, how);
  };
  window.drawn = (element) => drawnOn(element);
  const told = [];
  new PerformanceObserver((list) => told.push(...list.getEntries())).observe({ type: "event", durationThreshold: 16 });
  window.clock = (name) => {
    const { target, isThere } = conditions[name]();
    window.took = new Promise((done) => {
      const onClick = ({ timeStamp }) => {
        let isAsked = false;
        drawnOn = (element) => {
          if (isAsked || element !== target()) return;
          isAsked = true;
          const { port1, port2 } = new MessageChannel();
          requestAnimationFrame(() => port2.postMessage(0));
          port1.onmessage = async () => {
            const now = performance.now();
            if (name === "switched") await new Promise((later) => setTimeout(later, 200));
            isAsked = false;
            if (!isThere()) return;
            drawnOn = () => undefined;
            // The pixels can be read once they are drawn, by whatever draws them.
            if (name === "drawn") return done([performance.now() - timeStamp]);
            const entry = () => told.find(({ name, startTime }) => name === "click" && startTime === timeStamp);
            for (let tries = 0; tries < 40 && !entry(); tries += 1) await new Promise((later) => setTimeout(later, 25));
            // A click that was answered within 16 ms has no entry.
            done([now - timeStamp, entry()?.duration ?? 16]);
          };
        };
      };
      addEventListener("click", onClick, { capture: true, once: true });
    });
  };
}
