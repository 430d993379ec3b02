package witness

import (
	"bytes"
	"testing"
)

func FuzzParse(f *testing.F) {
	f.Add([]byte("old 0\n\norigin\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— origin AAAA\n"))
	f.Add([]byte("old 12\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\nrest"))
	f.Add([]byte("old 01\n\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		old, p, signed, err := parse(body)
		if err != nil {
			return
		}
		again, p2, signed2, err := parse(format(old, p, signed))
		if err != nil || again != old || len(p2) != len(p) || !bytes.Equal(signed, signed2) {
			t.Errorf("parse(format(%d, %d hashes)) = %d, %d hashes, %v", old, len(p), again, len(p2), err)
		}
	})
}
