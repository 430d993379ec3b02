// Package robots reads robots.txt as RFC 9309 says and answers whether an address may be fetched. [Parse] takes whatever
// a server sent, [Rules.Decide] names the line that decided, so that a refused visit can say why.
//
// It promises to be total: any bytes give rules, bad lines are ignored one by one and counted, reading stops at
// [MaxBytes] and says so, and both reading and matching take time linear in their input whatever the wildcards.
// It does not fetch: what a status or a broken transfer means is decided by the caller, with [AllowAll] and
// [DisallowAll] as the two answers that need no file.
//
// Two choices where the RFC leaves room. A product token on a user-agent line ends at the first white space or slash,
// so "ExampleBot/2.0" names "ExampleBot"; the whole token has to be equal, letters in either case. Crawl-delay is not in
// the RFC but is read, because a site that writes it means it.
package robots
