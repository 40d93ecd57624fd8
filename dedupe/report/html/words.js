// What the page says to people, in the language that it was written in.

const byId = (id) => document.getElementById(id);

function dataOf(id) {
  const element = byId(id);
  const data = JSON.parse(element.textContent);
  element.remove();
  return data;
}

const WORDS = dataOf("data-words"); // by what they are in English; empty in a page that is English

/** A message, with something in the place of its field: {number}, {place}. */
function tell(message, value) {
  return (Object.hasOwn(WORDS, message) ? WORDS[message] : message).replace(/\{\w+\}/, () => value);
}

function counted(number, noun) {
  return tell(`{number} ${noun}${number === 1 ? "" : "s"}`, number.toLocaleString("en"));
}
