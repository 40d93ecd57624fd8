// A long list, drawn block by block. Only blocks near the screen have content; the others keep the height they had,
// so that ten thousand rows cost no more than those that can be seen.

const BLOCK_ROWS = 25;
const ROW_HEIGHT = 60; // pixels, a guess for rows that were never drawn
const NEAR = "800px";

class LongList {
  /** `draw` makes the element of a row; the host gets as many blocks as the rows need. */
  constructor(host, draw) {
    this.host = host;
    this.draw = draw;
    this.rows = [];
    this.drawn = () => {}; // called with every element that was drawn
    this.observer = new IntersectionObserver((entries) => entries.forEach((entry) => this.toggle(entry)), {
      rootMargin: NEAR,
    });
  }

  show(rows) {
    this.observer.disconnect();
    this.rows = rows;
    const blocks = [];
    for (let first = 0; first < rows.length; first += BLOCK_ROWS) {
      const block = document.createElement("div");
      const size = Math.min(BLOCK_ROWS, rows.length - first);
      block.style.minHeight = `${size * ROW_HEIGHT}px`;
      blocks.push(block);
    }
    this.host.replaceChildren(...blocks);
    if (blocks.length) this.fill(blocks[0]); // at once, lest the page flicker
    blocks.forEach((block) => this.observer.observe(block));
  }

  toggle(entry) {
    const block = entry.target;
    if (entry.isIntersecting) {
      this.fill(block);
    } else if (block.offsetHeight && block.firstChild && !block.contains(document.activeElement)) {
      // A block without a height is in a view that is hidden as a whole, and keeps what it has.
      block.style.minHeight = `${block.offsetHeight}px`;
      block.replaceChildren();
    }
  }

  fill(block) {
    if (block.firstChild) return;
    const first = [...this.host.children].indexOf(block) * BLOCK_ROWS;
    const rows = this.rows.slice(first, first + BLOCK_ROWS);
    block.replaceChildren(...rows.map((row) => this.draw(row)));
    block.style.minHeight = "";
    this.drawn(block);
  }

  /** The element of a row, drawn if it was not. */
  element(index) {
    const block = this.host.children[Math.floor(index / BLOCK_ROWS)];
    this.fill(block);
    return block.children[index % BLOCK_ROWS];
  }

  /** Draw one row again, for what it shows has changed; a row that is not drawn waits for its turn. */
  redraw(row) {
    const index = this.rows.indexOf(row);
    const block = this.host.children[Math.floor(index / BLOCK_ROWS)];
    if (!block?.firstChild) return;
    const element = this.draw(row);
    block.children[index % BLOCK_ROWS].replaceWith(element);
    this.drawn(element);
  }

  /** Move to a row and give it the focus. */
  reveal(index) {
    const element = this.element(index);
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: element.offsetHeight > innerHeight * 0.7 ? "start" : "center" });
  }

  /** The index of the row that has the focus, or else of the first on the screen. */
  current() {
    const blocks = [...this.host.children];
    const focused = document.activeElement;
    const isHere = (element) => (this.host.contains(focused) ? element.contains(focused) : isOnScreen(element));
    const number = blocks.findIndex(isHere);
    if (number < 0) return -1;
    return number * BLOCK_ROWS + [...blocks[number].children].findIndex(isHere);
  }
}

function isOnScreen(element) {
  return element.getBoundingClientRect().bottom > 0;
}

/** An element with a class and children, which are elements or text: text is never read as markup. */
function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}
