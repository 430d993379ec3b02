package bundle

// Pack and Unpack are what a forger of bundles would write for himself.
var (
	Pack   = pack
	Unpack = unpack
)

// Resign makes a manifest anew over files, by another key.
var Resign = func(signed []byte, files []File, sign func(text string) ([]byte, error)) ([]byte, error) {
	text := string(signed)
	for i := range text {
		if i > 0 && text[i-1] == '\n' && text[i] == '\n' {
			text = text[:i]
			break
		}
	}
	m, err := parseManifest(text)
	if err != nil {
		return nil, err
	}
	m.files = nil
	m.list(files)
	return sign(m.text())
}
