// Whoever is signed out leaves no page of the forms behind; what was typed and not yet sent stays for its writer.
"use strict";

if (window.caches) for (const kept of ["weekly-report", "scoring"]) caches.delete(kept).catch(() => {});
