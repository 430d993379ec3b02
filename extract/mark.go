package extract

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/onrecord/onrecord/extract/internal/lexicon"
)

// mark is a set of hints about what a part of a page is. An element gives its own; everything inside inherits them.
// A mark is evidence, never a verdict: a name alone deletes no dense text.
type mark uint64

// The marks.
const (
	mNav mark = 1 << iota
	mHeader
	mFooter
	mAside
	mForm
	mFigure
	mHidden  // styles or attributes hide it
	mOverlay // consent banners, dialogs
	mComment
	mRelated
	mShare
	mByline // byline, date line, post meta
	mTags
	mAuthor // author box
	mSignup
	mAdvert
	mPager
	mCrumb
	mToc
	mLogin
	mRights // copyright, legal lines
	mWidget
	mLinked // inside a link that holds blocks
	mNoscript
	mList
	mTable
	mQuote
	mArticle
	mMain
	mContent // names like content, text, body, story
	mFold    // accordions, tabs, details: hidden until asked for, yet text
	mCaption
	mHeadline
	mTeaser
	mIntro // standfirst, lead
	mSkip  // for screen readers, print only
	mPost  // one of a discussion's posts
	mTool
	mProduct
	mFaq
	mNotes // footnotes, references
)

// name is a rule: a word in a class, an id or an ARIA role, what it hints at, and why.
type name struct {
	word string
	mark mark
}

// names are the words of class and id attributes, lower case, that hint at what an element is. Compound names are cut
// at punctuation and at capital letters, so that "post-meta", "postMeta" and "post__meta" are the words post and meta.
// The groups are in the order of the marks; a word stands once.
var names = func() *lexicon.Lexicon[mark] {
	m := make(map[string]mark)
	for _, g := range nameGroups {
		for _, w := range strings.Fields(g.word) {
			m[w] |= g.mark
		}
	}
	return lexicon.New(m)
}()

var nameGroups = []name{
	{"nav navi navigation navbar navigate topnav subnav sidenav menu menus submenu dropdown megamenu menubar hamburger mainmenu navmenu menü navegacion navigazione", mNav},
	{"header masthead topbar banner siteheader pageheader globalheader kopf kopfzeile cabecera entete", mHeader},
	{"footer foot colophon bottombar sitefooter globalfooter fusszeile fußzeile pie", mFooter},
	{"aside sidebar sidebars rail rightcol rightcolumn leftcol leftcolumn secondary complementary seitenleiste randspalte marginal", mAside},
	{"cookie cookies cookiebar cookiebanner consent gdpr dsgvo cmp onetrust cookiebot didomi usercentrics cookieconsent ccpa rgpd datenschutzhinweis", mOverlay},
	{"modal popup popover overlay lightbox dialog offcanvas flyout drawer toast snackbar alertbar interstitial", mOverlay},
	{"comment comments commentlist disqus respond kommentar kommentare comentarios commentaires commenti livefyre talkback replies feedback reactions komentarze", mComment},
	{"related relatedposts recommended recommendation recommendations similar suggested suggestions youmaylike outbrain taboola zergnet readnext upnext morestories morefrom seealso trending popular mostread mostpopular latest recent recentposts aehnliche verwandte relacionados relacionadas similaires correlati related-posts jp-relatedposts yarpp plista", mRelated},
	{"share sharing sharebar sharedaddy social socials socialmedia addthis addtoany shariff sharer follow followus teilen compartir partager condividi sns snsbtn whatsapp facebook twitter pinterest linkedin", mShare},
	{"byline meta metadata postmeta entrymeta dateline timestamp date datetime published pubdate posted postinfo articleinfo autor fecha datum datetime publishdate createdate readtime readingtime blogdate infos", mByline},
	{"tags tag taglist tagcloud tagged topics topic keywords categories category categorias schlagworte themen étiquettes labels rubrik", mTags},
	{"author authors authorbox authorbio bio autorenbox writer vcard aboutauthor contributor auteur", mAuthor},
	{"newsletter newsletters subscribe subscription subscriptions signup abo paywall optin mailchimp mailinglist subscriber donate donation register regwall piano", mSignup},
	{"ad ads advert adverts advertisement advertising adsense adslot adbox adunit adwrapper sponsor sponsored sponsors werbung anzeige anzeigen publicidad publicite pubblicita promo promos promotion promotional commercial dfp gpt googlead banners", mAdvert},
	{"pager pagination paging pagenav prevnext postnav nextprev previous next prev pagenavi pagelinks navlinks seitennavigation", mPager},
	{"breadcrumb breadcrumbs crumb crumbs brotkrumen ariane pathway migas", mCrumb},
	{"toc tableofcontents contentstable inhaltsverzeichnis onthispage jumplinks sommaire", mToc},
	{"login signin logout loginform account usermenu anmelden anmeldung", mLogin},
	{"copyright legal disclaimer imprint impressum rights copyleft", mRights},
	{"widget widgets toolbar tools buttons button btn btns cta controls options filter filters sort sorting search searchform suche searchbox language languages langswitch rating ratings vote votes voting poll print email toolbox actions action quickview wishlist cart basket checkout", mWidget},
	{"article articles articlebody articlecontent articletext story storybody post entry hentry beitrag artikel noticia nota articulo", mArticle},
	{"main maincontent primary", mMain},
	{"content text body bodytext richtext rte copy prose wysiwyg markdown description texto contenu inhalt contenido corpo fulltext longform blogpost detail details story storytext parsys longdesc editor", mContent},
	{"accordion accordions collapse collapsible collapsed expandable tabpanel tabpane tab tabs toggle expander spoiler panel disclosure", mFold},
	{"caption captions figcaption credit credits bildunterschrift legend legende", mCaption},
	{"headline title heading titel titulo titre überschrift", mHeadline},
	{"teaser teasers card cards tile tiles listing promo-card thumb thumbnail thumbnails carousel slider slick swiper slideshow gallery galleries grid", mTeaser},
	{"standfirst lead lede intro dek subtitle subheadline subhead summary excerpt abstract deck vorspann chapo entradilla sottotitolo", mIntro},
	{"sr visually screenreader visuallyhidden noscreen printonly skiplink skip offscreen hiddentext a11y invisible", mSkip},
	{"message thread reply answer answers question questions forum topicpost postbody postcontent", mPost},
	{"footnote footnotes references endnotes bibliography fussnoten literatur sources", mNotes},
	{"faq faqs qanda", mFaq},
	{"product products price prices sku", mProduct},
}

// attrLimit is how much of a class or id attribute is looked at.
const attrLimit = 400

// nameMarks reads the hints of a class or id value.
func nameMarks(v string) mark { return wordMarks(v, names) }

// wordMarks joins what a table says of the words of a class or id value.
func wordMarks[T string | []byte](v T, names *lexicon.Lexicon[mark]) mark {
	if len(v) > attrLimit {
		v = v[:attrLimit]
	}
	var m mark
	var buf [32]byte
	n := 0
	low := false
	for i := 0; i < len(v); i++ {
		c := v[i]
		capital := c >= 'A' && c <= 'Z'
		letter := capital || c >= 'a' && c <= 'z' || c >= 0x80
		if n > 0 && (!letter || capital && low) {
			if n < len(buf) {
				m |= names.Get(buf[:n])
			}
			n = 0
		}
		low = letter && !capital
		if !letter {
			continue
		}
		if capital {
			c += 'a' - 'A'
		}
		if n < len(buf) {
			buf[n] = c
			n++
		}
	}
	if n > 0 && n < len(buf) {
		m |= names.Get(buf[:n])
	}
	return m
}

// roleMarks are the hints of ARIA roles (WAI-ARIA 1.2, 5.3).
func roleMarks(role string) mark {
	switch strings.ToLower(strings.TrimSpace(role)) {
	case "navigation", "menu", "menubar", "tablist", "toolbar", "directory":
		return mNav
	case "banner":
		return mHeader
	case "contentinfo":
		return mFooter
	case "complementary":
		return mAside
	case "search", "form":
		return mWidget
	case "dialog", "alertdialog":
		return mOverlay
	case "main":
		return mMain
	case "article":
		return mArticle
	case "tabpanel", "region":
		return mFold
	case "doc-endnotes", "doc-footnote", "doc-bibliography":
		return mNotes
	case "tooltip", "alert", "status":
		return mWidget
	}
	return 0
}

// tagMarks are the hints of the element itself.
func tagMarks(a atom.Atom) mark {
	switch a {
	case atom.Nav, atom.Menu:
		return mNav
	case atom.Header:
		return mHeader
	case atom.Footer:
		return mFooter
	case atom.Aside:
		return mAside
	case atom.Form:
		return mForm
	case atom.Figure:
		return mFigure
	case atom.Figcaption, atom.Caption:
		return mCaption
	case atom.Dialog:
		return mOverlay
	case atom.Article:
		return mArticle
	case atom.Main:
		return mMain
	case atom.Details:
		return mFold
	case atom.Noscript:
		return mNoscript
	case atom.Ul, atom.Ol, atom.Dl:
		return mList
	case atom.Table:
		return mTable
	case atom.Blockquote:
		return mQuote
	}
	return 0
}

// ownMarks are all hints that an element gives.
func ownMarks(n *html.Node) mark {
	m := tagMarks(n.DataAtom)
	hidden := false
	for _, a := range n.Attr {
		switch a.Key {
		case "class", "id", "data-component", "data-testid":
			if !strings.HasPrefix(a.Val, "__") && (a.Key != "id" || !slug(a.Val)) { // a framework's root: "__next" leads nowhere
				own := nameMarks(a.Val)
				if own&mSkip != 0 && !skips(a.Val) {
					own &^= mSkip
				}
				m |= own
			}
		case "role":
			m |= roleMarks(a.Val)
		case "itemprop":
			switch a.Val {
			case "articleBody", "reviewBody", "text":
				m |= mContent
			case "comment":
				m |= mComment
			case "author":
				m |= mAuthor
			case "headline":
				m |= mHeadline
			}
		case "hidden":
			hidden = a.Val != "until-found"
		case "aria-hidden":
			hidden = hidden || a.Val == "true"
		case "aria-modal":
			m |= mOverlay
		case "style":
			hidden = hidden || hides(a.Val)
		}
	}
	if hidden {
		m |= mHidden
	}
	return m
}

// shown are parts of names that sound as if their element was not there for everybody: what is invisible until it is
// scrolled to, fields whose label alone is hidden, what is not read aloud, what is loaded at once.
var shown = [...]string{"elementor-invisible", "label-visually", "not-sr", "rs_skip", "rs-skip", "lazy"}

// skips reports whether one of the names of an element with mSkip means it.
func skips(v string) bool {
	for name := range strings.FieldsSeq(clip(v, attrLimit)) {
		if nameMarks(name)&mSkip == 0 {
			continue
		}
		name = strings.ToLower(name)
		if !slices.ContainsFunc(shown[:], func(part string) bool { return strings.Contains(name, part) }) {
			return true
		}
	}
	return false
}

// slug reports the id of a heading that is made of its words ("how-we-share-your-data"): they say nothing of the part.
func slug(id string) bool { return strings.Count(id, "-") >= 4 || strings.Count(id, "_") >= 4 }

// hides reports a style attribute that takes its element out of sight.
func hides(style string) bool {
	if len(style) > attrLimit {
		style = style[:attrLimit]
	}
	for decl := range strings.SplitSeq(style, ";") {
		k, v, ok := strings.Cut(decl, ":")
		if !ok {
			continue
		}
		k, v = strings.ToLower(strings.TrimSpace(k)), strings.ToLower(strings.TrimSpace(v))
		v = strings.TrimSpace(strings.TrimSuffix(v, "!important"))
		if k == "display" && v == "none" || k == "visibility" && v == "hidden" {
			return true
		}
	}
	return false
}
