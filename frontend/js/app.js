// The desk's behaviours. Each module watches the document, so parts that htmx brings later work as well.
import "htmx.org";
import "./answers.js";
import "./confirm.js";
import "./copy.js";
import "./forms.js";
import "./keys.js";
import "./menus.js";
import "./palette.js";
import "./split.js";
