// Package tell says in words what is on record: what a change is and came to, what an event of a timeline brought, which
// days a version states. The command line and the reading room both speak through it, so that they never tell two stories
// of one record.
//
// [ChangeOf] tells a change, [Timeline] follows the events of a page. What they give holds words of the archived texts, with
// hidden characters escaped by archive/diff where it made them; whoever shows it escapes it for the place where it stands.
package tell
