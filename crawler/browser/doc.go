// Package browser shows pages whose text is made by scripts: a headless Chromium runs them, and what stands in the
// document afterwards comes back as HTML. [New] makes a [Browser], [Browser.Render] shows one page.
//
// It promises that Chromium asks the network for nothing. Each request of a page, worker or frame is paused by the
// DevTools protocol (domain Fetch) and answered from Go: the page itself with the bytes that the caller has already, a
// script or an XMLHttpRequest with what [Config.Get] gives, so that the guard on addresses, robots.txt, caps and pace of
// package crawler hold here as well, everything else with a refusal. What the protocol does not pause (WebSocket, WebRTC,
// WebTransport, preconnect, DNS prefetch, Chromium's own services) meets a resolver that knows no name and a proxy that
// does not exist.
//
// It promises too that every page ends: time, requests, bytes, memory and the size of the document have limits, and what
// was reached stands in [Rendered.Flags]. A page has a context of its own, without cookies or storage of earlier ones.
// Language, time zone and window are always the same, so that two visits compare.
//
// It does not decide which pages need a browser, does not scroll or click, and hides from nobody that it is a program.
//
// # What a page may do
//
// Only GET is passed on. Scripts, frames, XMLHttpRequest and fetch are, wherever they lead; each address is asked for once
// a page, and a redirect that Get followed is shown to the page as one. Style sheets and images are answered with empty
// ones, so that scripts which wait for them go on; fonts, media, beacons, event streams, service workers, prefetches and
// downloads are refused. Dialogs are dismissed, windows closed. A script that leads the page to another address is not
// followed; [Rendered.LeadsTo] names it. Since a page has nobody's credentials, cross-origin answers may be read by it
// whether or not the other site allows that (Fetch Standard, section 3.3); preflights are answered without asking.
//
// # Caveats
//
// Closed shadow trees and the inside of frames are not part of [Rendered.DOM]; open shadow trees are, in their places. When
// the program runs as root, Chromium runs without its own sandbox, as it insists on. A program that is killed leaves a
// folder onrecord-browser-* in the folder for temporary files (or /tmp, where the name of that one is too long for
// Chromium's sockets); the next Browser removes it.
package browser
