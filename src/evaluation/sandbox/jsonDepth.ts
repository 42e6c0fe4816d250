/** How deep lists and objects of a JSON text are in one another; it is only counted, whatever its depth. */
export function jsonDepth(json: string): number {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (inText) {
      if (unit === backslash) at++;
      else if (unit === quote) inText = false;
    } else if (unit === quote) inText = true;
    else if (unit === openList || unit === openObject) deepest = Math.max(deepest, ++depth);
    else if (unit === closeList || unit === closeObject) depth--;
  }
  return deepest;
}

const [quote, backslash, openList, closeList, openObject, closeObject] = [...'"\\[]{}'].map((character) => character.charCodeAt(0));
