package crawler

// The reasons why a visit brought no page. A reason never changes its spelling: it is stored.
const (
	// ReasonAddress: the host's address is private, loopback, link-local, multicast, a metadata service, or no unicast at all.
	ReasonAddress Reason = "address"
	// ReasonPort: the port belongs to a protocol that an HTTP request could harm.
	ReasonPort Reason = "port"
	// ReasonScheme: neither http nor https.
	ReasonScheme Reason = "scheme"
	// ReasonURL: the address asked for cannot be parsed.
	ReasonURL Reason = "bad address"
	// ReasonRobots: robots.txt forbids it; the detail has the rule.
	ReasonRobots Reason = "robots.txt"
	// ReasonRobotsUnreachable: robots.txt answers with an error, cut, or not at all, so nothing may be fetched.
	ReasonRobotsUnreachable Reason = "robots.txt unreachable"

	// ReasonName: the host's name does not resolve.
	ReasonName Reason = "name"
	// ReasonUnreachable: no connection to the host's addresses.
	ReasonUnreachable Reason = "unreachable"
	// ReasonProxy: the proxy of [Config.Proxy] could not be reached, or would not connect to the host.
	ReasonProxy Reason = "proxy"
	// ReasonExpired: the TLS certificate has expired or is not valid yet.
	ReasonExpired Reason = "certificate expired"
	// ReasonCertName: the TLS certificate is for other names.
	ReasonCertName Reason = "certificate is for other names"
	// ReasonAuthority: nobody we trust has signed the TLS certificate.
	ReasonAuthority Reason = "unknown authority"
	// ReasonTLSVersion: the server speaks no TLS version that is still safe.
	ReasonTLSVersion Reason = "protocol version"
	// ReasonTLS: any other trouble with TLS.
	ReasonTLS Reason = "tls"

	// ReasonTimeout: the visit's or the headers' time is over; the detail names the phase.
	ReasonTimeout Reason = "timeout"
	// ReasonStalled: no byte of the body came for too long.
	ReasonStalled Reason = "stalled"
	// ReasonSlow: the body came at less than the least rate.
	ReasonSlow Reason = "too slow"
	// ReasonStopped: the caller's context ended; nothing is said about the page.
	ReasonStopped Reason = "stopped"
	// ReasonReset: the connection broke.
	ReasonReset Reason = "reset"
	// ReasonEmptyReply: the connection was closed without one byte.
	ReasonEmptyReply Reason = "empty reply"
	// ReasonNotHTTP: what came is no HTTP answer.
	ReasonNotHTTP Reason = "not HTTP"
	// ReasonHeaders: more headers, or more informational answers, than the cap allows.
	ReasonHeaders Reason = "headers too large"
	// ReasonBadHeaders: a header field that is none, or holds control characters.
	ReasonBadHeaders Reason = "bad headers"
	// ReasonCutHeaders: the connection ended within the headers.
	ReasonCutHeaders Reason = "cut headers"
	// ReasonInformational: too many 1xx answers before the real one.
	ReasonInformational Reason = "too many informational responses"
	// ReasonUpgrade: 101 although no other protocol was asked for.
	ReasonUpgrade Reason = "unexpected 101"
	// ReasonFraming: the headers contradict each other about where the body ends, or a chunk is malformed.
	ReasonFraming Reason = "bad framing"
	// ReasonTrailer: the fields after a chunked body are malformed.
	ReasonTrailer Reason = "bad trailer"
	// ReasonShort: fewer bytes than Content-Length says.
	ReasonShort Reason = "short body"
	// ReasonCut: the connection ended before the last chunk.
	ReasonCut Reason = "cut body"
	// ReasonLarge: the body is larger than the cap.
	ReasonLarge Reason = "too large"
	// ReasonUnpacked: the body grows beyond the cap, or the ratio, when it is unpacked.
	ReasonUnpacked Reason = "too large when unpacked"
	// ReasonCutCoding: the coded body ends early.
	ReasonCutCoding Reason = "cut gzip"
	// ReasonChecksum: the coded body's checksum does not match.
	ReasonChecksum Reason = "gzip checksum"
	// ReasonCoding: a content coding that is unknown, broken, or nested too deep; the detail names it.
	ReasonCoding Reason = "coding"

	// ReasonLoop: a redirect leads back to where the chain has been.
	ReasonLoop Reason = "redirect loop"
	// ReasonRedirects: more redirects than are followed.
	ReasonRedirects Reason = "too many redirects"
	// ReasonNoTarget: a redirect without Location.
	ReasonNoTarget Reason = "redirect without a target"
	// ReasonTarget: a redirect to something that is no address.
	ReasonTarget Reason = "bad target"
	// ReasonSeen: a redirect to a page that this run has visited.
	ReasonSeen Reason = "seen in this run"

	// ReasonRetryAfter: the site said when to come back.
	ReasonRetryAfter Reason = "retry after"
	// ReasonMissing: 404.
	ReasonMissing Reason = "not found"
	// ReasonRemoved: 410.
	ReasonRemoved Reason = "removed"
	// ReasonLegal: 451, unavailable for legal reasons.
	ReasonLegal Reason = "legal reasons"
	// ReasonRefused: 401, 402, 403 or 407.
	ReasonRefused Reason = "refused"
	// ReasonServer: 5xx.
	ReasonServer Reason = "server error"
	// ReasonStatus: a status that is no page version; the detail has it.
	ReasonStatus Reason = "status"
	// ReasonNoContent: 204 or 205.
	ReasonNoContent Reason = "no content"
	// ReasonPartial: 206 although no range was asked for.
	ReasonPartial Reason = "partial"
	// ReasonUnasked: 304 although nothing was sent to compare.
	ReasonUnasked Reason = "unasked 304"
	// ReasonEmpty: a whole answer without a body.
	ReasonEmpty Reason = "empty"
	// ReasonInternal: a fault of this program; the detail has it.
	ReasonInternal Reason = "internal"
)
