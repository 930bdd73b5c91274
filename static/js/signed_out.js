// Whoever is signed out leaves no page of the reports behind; what was typed and not yet sent stays for its writer.
"use strict";

if (window.caches) caches.delete("weekly-report").catch(() => {});
