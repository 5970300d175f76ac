/* Any number opens what stands behind it: definition, value, interval, last year, the rows counted, query and files.
   Each paragraph, card and table is one stop of the Tab key; the arrow keys move between its numbers. */
(function () {
    "use strict";
    var panel = document.getElementById("evidence");
    var figures = Array.from(document.querySelectorAll("data.figure, data.parameter"));
    var groups = new Map();
    var held = null;
    var chosen = null;

    function evidence() {
        held = held || JSON.parse(document.getElementById("evidence-data").textContent);
        return held;
    }
    function text(number) { return evidence().texts[number]; }
    function texts(numbers) { return numbers.map(text); }
    function part(name) { return panel.querySelector(".evidence-" + name); }

    function answerOf(figure) {
        var key = [figure.dataset.metric, figure.dataset.period, figure.dataset.slice, figure.dataset.statistic].join("\n");
        var found = evidence().addresses[key];
        return found && { answer: evidence().answers[found[0]], statistic: text(found[1]) };
    }

    function element(name, words) {
        var made = document.createElement(name);
        made.textContent = words;
        return made;
    }
    function fillList(list, lines) {
        list.replaceChildren(...lines.map(function (line) { return element("li", line); }));
    }
    function fillFacts(facts) {
        part("facts").replaceChildren(...facts.map(function (fact) {
            var line = document.createElement("div");
            line.append(element("dt", fact[0]), element("dd", fact[1]));
            return line;
        }));
    }
    function fillTable(columns, rows) {
        var table = part("rows").querySelector("table");
        var head = document.createElement("thead");
        var body = document.createElement("tbody");
        var line = head.insertRow();
        columns.forEach(function (column) {
            var heading = element("th", column);
            heading.scope = "col";
            line.append(heading);
        });
        rows.forEach(function (row) { body.insertRow().append(...row.map(function (cell) { return element("td", cell); })); });
        table.replaceChildren(head, body);
        table.parentElement.hidden = !rows.length;
    }

    function chosenFact(figure, statistic) {
        return [panel.dataset.chosen, figure.textContent + (statistic ? " · " + statistic : "")];
    }
    function fillAnswer(figure, found) {
        var answer = found.answer;
        panel.querySelector("h2").textContent = text(answer.title);
        part("scope").textContent = text(answer.scope);
        fillFacts([chosenFact(figure, found.statistic)].concat(answer.facts.map(texts)));
        part("note").textContent = text(answer.note);
        fillTable(texts(answer.columns), answer.rows.map(texts));
        part("statement").textContent = text(answer.statement);
        fillList(part("parameters"), texts(answer.parameters));
        fillList(part("files"), texts(answer.files));
        part("rows").hidden = false;
        part("query").hidden = !text(answer.statement);
        part("query").open = false;
        part("sources").hidden = !answer.files.length;
    }
    function fillWithout(figure) {
        var isSetting = figure.classList.contains("parameter");
        panel.querySelector("h2").textContent = evidence().titles[figure.dataset.metric] || figure.textContent;
        part("scope").textContent = figure.dataset.period || "";
        fillFacts([chosenFact(figure, isSetting ? panel.dataset.setting : panel.dataset.none)]);
        ["rows", "query", "sources"].forEach(function (name) { part(name).hidden = true; });
    }

    function open(figure) {
        var found = answerOf(figure);
        chosen = figure;
        if (found) { fillAnswer(figure, found); } else { fillWithout(figure); }
        figure.classList.add("chosen");
        panel.showModal();
        part("body").scrollTop = 0;
    }
    panel.addEventListener("close", function () {
        chosen.classList.remove("chosen");
        stopAt(chosen);
        chosen.focus({ preventScroll: true });
    });
    panel.addEventListener("click", function (event) { if (event.target === panel) { panel.close(); } });
    part("close").addEventListener("click", function () { panel.close(); });

    /* Of each group one number takes part in the Tab order: the first, or the one last chosen. */
    function groupOf(figure) { return groups.get(figure.closest("table, .card, p, li, figcaption") || figure.parentElement); }
    function stopAt(figure) {
        groupOf(figure).forEach(function (each) { each.tabIndex = each === figure ? 0 : -1; });
    }
    function move(figure, key) {
        var group = groupOf(figure);
        var place = group.indexOf(figure);
        var places = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: group.length - 1 };
        var next = key in places && group[places[key]];
        if (next) { stopAt(next); next.focus(); }
        return Boolean(next);
    }
    figures.forEach(function (figure) {
        var place = figure.closest("table, .card, p, li, figcaption") || figure.parentElement;
        var group = groups.get(place) || [];
        groups.set(place, group);
        figure.setAttribute("role", "button");
        figure.tabIndex = group.length ? -1 : 0;
        group.push(figure);
    });
    document.addEventListener("click", function (event) {
        var figure = event.target.closest("data.figure, data.parameter");
        if (figure) { open(figure); }
    });
    document.addEventListener("keydown", function (event) {
        if (!event.target.matches("data.figure, data.parameter")) { return; }
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(event.target); }
        if (move(event.target, event.key)) { event.preventDefault(); }
    });
})();
