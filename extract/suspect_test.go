package extract_test

import (
	"strings"
	"testing"

	"github.com/onrecord/onrecord/extract"
)

func TestSuspect(t *testing.T) {
	form := `<form action="/login"><input name="user"><input type="password" name="pw"><button>Log in</button></form>`
	for _, tc := range []struct {
		name, page string
		want       extract.Suspect
	}{
		{"nothing", "", extract.Empty},
		{"only white space", "<html><body> \n </body></html>", extract.Empty},
		{"not found", "<title>Page not found</title><h1>Page not found</h1><p>The page you are looking for does not exist.</p>", extract.NotFound},
		{"404 with links", "<title>404 - Harbour</title><nav><a href=/>Home</a></nav><h1>404</h1><p>Sorry, nothing here. Go <a href=/>home</a>.</p>", extract.NotFound},
		{"German", "<title>Fehler</title><h1>Seite nicht gefunden</h1><p>Die Seite gibt es nicht mehr.</p>", extract.NotFound},
		{"French", "<title>Erreur</title><h1>Page introuvable</h1><p>Revenez à l'accueil.</p>", extract.NotFound},
		{"Japanese", "<title>エラー</title><h1>ページが見つかりません</h1><p>お探しのページは移動または削除されました。</p>", extract.NotFound},
		{"challenge", "<title>Just a moment...</title><h1>Checking your browser</h1><p>This takes a few seconds.</p><script>run()</script>", extract.Challenge},
		{"captcha", "<title>Verify</title><h1>Verify you are human</h1><form><input name=captcha><button>Go</button></form>", extract.Challenge},
		{"sign in", "<title>Sign in</title><h1>Sign in to continue</h1>" + form, extract.SignIn},
		{"sign in without a headline", "<title>Harbour</title>" + form, extract.SignIn},
		{"maintenance", "<title>Harbour</title><h1>Down for maintenance</h1><p>We will be back soon.</p>", extract.Maintenance},
		{"stack trace", "<title>Error</title><h1>500</h1><pre>java.lang.NullPointerException: x\n\tat a.b.C.d(C.java:12)\n\tat a.b.E.f(E.java:3)</pre>", extract.ErrorPage},
		{"server error", "<title>500 Internal Server Error</title><h1>Internal Server Error</h1><p>The server met an error.</p>", extract.ErrorPage},
		{"consent", "<title>Before you continue</title><h1>Before you continue</h1><p>We use cookies and data.</p><form><button>Accept all</button><button>Reject all</button></form>", extract.Consent},
		{"shell", `<title>Harbour</title><div id="root"></div><script src="/app.js"></script>`, extract.NeedsScript},
		{"statement", "<title>Harbour opens</title>" + story, ""},
		{"short statement", "<title>Office closed</title><h1>Office closed on Monday</h1><p>The fees office is closed on Monday because of the holiday.</p>", ""},
		{"statement about a 404", "<title>Why our pages answered 404</title><h1>Why our pages answered 404</h1><p>" + strings.Repeat("On Monday the pages of the harbour answered with an error for two hours, and the authority says why. ", 5) + "</p>", ""},
		{"statement about captchas", "<title>Captcha and access</title><h1>Captcha and access: what the authority decided</h1>" + strings.Replace(story, "<h1>Harbour opens to all</h1>", "", 1), ""},
		{"statement with a sign-in form", "<title>Harbour opens</title>" + form + story, ""},
		{"statement under a consent banner", "<title>Harbour opens</title><div><p>We value your privacy. We use cookies.</p><button>Accept all</button></div>" + story, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d, err := extract.Extract([]byte(tc.page), extract.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if d.Suspect != tc.want {
				t.Errorf("suspect = %q, want %q (title %q, text %.80q)", d.Suspect, tc.want, d.Title, d.Text())
			}
		})
	}
}
