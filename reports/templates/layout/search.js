/* Search: every place of the report where the words stand, how many there are in each section, one after the other.
   Spaces beside Chinese characters and commas within numbers do not count, nor does the case of letters. */
(function () {
    "use strict";
    var form = document.querySelector(".find");
    var box = form.querySelector("input");
    var status = form.querySelector(".find-status");
    var steps = form.querySelectorAll("button");
    var canMark = Boolean(window.CSS && CSS.highlights && window.Highlight);
    var EDGE = "\u0000";
    var BLOCKS = "p, li, td, th, h2, h3, h4, dt, dd, figcaption, .caption, .evidence";
    var text = null;
    var matches = [];
    var position = -1;

    function isWord(character) { return character !== undefined && /[\x21-\x7e\u00c0-\u024f]/.test(character); }
    function isDigit(character) { return character !== undefined && /[0-9]/.test(character); }

    /* The characters that count, lower-case, and where in the given text each of them stands. */
    function folded(given) {
        var kept = [];
        var places = [];
        for (var index = 0; index < given.length; index += 1) {
            var character = given[index];
            if (/\s/.test(character)) {
                if (!isWord(given[index - 1]) || !isWord(given[index + 1])) { continue; }
                character = " ";
            }
            if (character === "," && isDigit(given[index - 1]) && isDigit(given[index + 1])) { continue; }
            kept.push(character.toLowerCase().charAt(0));
            places.push(index);
        }
        return { text: kept.join(""), places: places };
    }

    /* The report as one text, with the node and offset of each of its characters. */
    function gathered() {
        var whole = "";
        var starts = [];
        var last = null;
        var walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, function (node) {
            if (node.nodeType === Node.TEXT_NODE) { return NodeFilter.FILTER_ACCEPT; }
            return node.matches(".live, svg") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
        });
        while (walker.nextNode()) {
            var node = walker.currentNode;
            var block = node.parentElement.closest(BLOCKS);
            if (block !== last) { whole += EDGE; last = block; }
            starts.push({ at: whole.length, node: node });
            whole += node.data;
        }
        var counted = folded(whole);
        return { text: counted.text, places: counted.places, starts: starts };
    }

    function pointAt(place) {
        var low = 0;
        var high = text.starts.length - 1;
        while (low < high) {
            var middle = Math.ceil((low + high) / 2);
            if (text.starts[middle].at <= place) { low = middle; } else { high = middle - 1; }
        }
        return { node: text.starts[low].node, offset: place - text.starts[low].at };
    }

    function rangeOf(first, length) {
        var range = document.createRange();
        var from = pointAt(text.places[first]);
        var to = pointAt(text.places[first + length - 1]);
        range.setStart(from.node, from.offset);
        range.setEnd(to.node, to.offset + 1);
        return range;
    }

    function found(words) {
        text = text || gathered();
        var wanted = folded(words.trim()).text;
        var ranges = [];
        for (var at = wanted ? text.text.indexOf(wanted) : -1; at >= 0; at = text.text.indexOf(wanted, at + wanted.length)) {
            ranges.push(rangeOf(at, wanted.length));
        }
        return ranges;
    }

    function mark() {
        if (!canMark) { return; }
        CSS.highlights.set("found", new Highlight(...matches));
        CSS.highlights.set("found-here", position < 0 ? new Highlight() : new Highlight(matches[position]));
    }

    /* The innermost part of the contents in which a match stands. */
    function linkOf(range) {
        var part = range.startContainer.parentElement.closest("section[id]");
        for (; part; part = part.parentElement.closest("section[id]")) {
            var link = document.querySelector('.contents a[href="#' + CSS.escape(part.id) + '"]');
            if (link) { return link; }
        }
        return null;
    }

    function count() {
        document.querySelectorAll(".contents .count").forEach(function (old) { old.remove(); });
        var counts = new Map();
        matches.forEach(function (range) {
            var link = linkOf(range);
            counts.set(link, (counts.get(link) || 0) + 1);
        });
        counts.forEach(function (number, link) {
            if (!link) { return; }
            var shown = document.createElement("span");
            shown.className = "count";
            shown.textContent = form.dataset.count.replace("{0}", number);
            link.append(shown);
        });
        return counts.size;
    }

    function tell(sections) {
        var words = box.value.trim();
        if (!words) { status.textContent = ""; return; }
        if (!matches.length) { status.textContent = form.dataset.none.replace("{0}", words); return; }
        status.textContent = form.dataset.matches.replace("{0}", position + 1).replace("{1}", matches.length).replace("{2}", sections);
    }

    var sections = 0;
    function go(step) {
        if (!matches.length) { return; }
        position = (position + step + matches.length) % matches.length;
        matches[position].startContainer.parentElement.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
        mark();
        tell(sections);
    }

    function search() {
        matches = found(box.value);
        position = -1;
        sections = count();
        steps.forEach(function (button) { button.disabled = !matches.length; });
        mark();
        if (matches.length) { go(1); } else { tell(0); }
    }

    box.addEventListener("input", search);
    box.addEventListener("keydown", function (event) {
        if (event.key === "Enter" && event.shiftKey) { event.preventDefault(); go(-1); }
    });
    form.addEventListener("submit", function (event) { event.preventDefault(); go(1); });
    form.querySelector(".find-previous").addEventListener("click", function () { go(-1); });
    form.hidden = false;
})();
