// Package schedule says when to come back to a site and to its pages. It holds no state and asks no clock: what is due is
// worked out from the times it is given, so that a program that was stopped, or killed, goes on as if it had not been.
//
// [Parse] reads what a person writes: "adaptive", "every 6h", or a cron line with a time zone, "0 6 * * * Europe/Berlin".
// [Schedule.Next] is when a site is due after a visit. Under the adaptive schedule that follows from what visits have shown,
// which a [History] sums up: [History.Rate] is how often a page changes, [Bounds.Interval] how long it may wait, and
// [Bounds.Fit] stretches the waits of many pages until they keep within a number of visits a day.
//
// The rate is the maximum-likelihood estimator of Cho and Garcia-Molina for visits at irregular intervals that show only
// whether a page changed and not how often ("Estimating Frequency of Change", ACM Transactions on Internet Technology 3(3),
// 2003, section 5), with a gamma prior in place of their correction for few visits: what is known of any statement of that age.
// Between visits of a page there may be years, and what was seen long ago counts for less.
//
// TestSimulation holds this against visiting all pages in turn, over a year of 200 sites whose edits are known: with -v it prints a
// table, and simulation.svg is its picture.
//
// The package does not fetch, and knows of no robots.txt; see package crawler.
package schedule
