package pdf

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"errors"
)

// crypt decrypts what anybody may read: files whose user password is empty, which readers open without asking
// (ISO 32000-2, 7.6). It breaks nothing: where a password is wanted, that is the answer.
type crypt struct {
	key              []byte
	streams, strings cipherOf
}

// cipherOf is how strings or streams are encrypted.
type cipherOf uint8

const (
	cipherNone cipherOf = iota
	cipherRC4
	cipherAES    // with a key for each object
	cipherAES256 // with the file's key
)

// passwordPad fills up passwords (7.6.4.3.2).
var passwordPad = []byte{
	0x28, 0xBF, 0x4E, 0x5E, 0x4E, 0x75, 0x8A, 0x41, 0x64, 0x00, 0x4E, 0x56, 0xFF, 0xFA, 0x01, 0x08,
	0x2E, 0x2E, 0x00, 0xB6, 0xD0, 0x68, 0x3E, 0x80, 0x2F, 0x0C, 0xA9, 0xFE, 0x64, 0x53, 0x69, 0x7A,
}

// newCrypt makes the key of the empty password; it stops with ErrEncrypted when that does not fit.
func (f *file) newCrypt() *crypt {
	d := f.dict(f.trailer["Encrypt"])
	version, _ := f.int(d["V"])
	revision, _ := f.int(d["R"])
	if f.name(d["Filter"]) != "Standard" {
		panic(stop{ErrEncrypted})
	}
	c := &crypt{}
	switch version {
	case 1, 2, 3:
		c.streams, c.strings = cipherRC4, cipherRC4
	case 4, 5:
		c.streams, c.strings = f.cipher(d, "StmF"), f.cipher(d, "StrF")
	default:
		panic(stop{ErrEncrypted})
	}
	o, u := []byte(f.string(d["O"])), []byte(f.string(d["U"]))
	if revision >= 5 {
		c.key = keyOf256(revision, u, []byte(f.string(d["UE"])))
	} else {
		c.key = f.keyOf(d, version, revision, o, u)
	}
	if c.key == nil {
		panic(stop{ErrEncrypted})
	}
	return c
}

func (f *file) cipher(d dict, which name) cipherOf {
	filter := f.name(d[which])
	if filter == "" || filter == "Identity" {
		return cipherNone
	}
	switch f.name(f.dict(f.dict(d["CF"])[filter])["CFM"]) {
	case "V2":
		return cipherRC4
	case "AESV2":
		return cipherAES
	case "AESV3":
		return cipherAES256
	}
	return cipherNone
}

// keyOf is the key of revisions 2 to 4 (7.6.4.3.2, algorithm 2), nil when the empty password does not open the file.
func (f *file) keyOf(d dict, version, revision int, o, u []byte) []byte {
	bits, ok := f.int(d["Length"])
	if version == 1 || !ok {
		bits = 40
	}
	if version == 4 {
		bits = 128
	}
	if bits < 40 || bits > 128 || len(o) < 32 || len(u) < 32 {
		return nil
	}
	var id string
	if ids := f.array(f.trailer["ID"]); len(ids) > 0 {
		id = f.string(ids[0])
	}
	p, _ := f.int(d["P"])
	h := md5.New()
	h.Write(passwordPad)
	h.Write(o[:32])
	h.Write(binary.LittleEndian.AppendUint32(nil, uint32(p)))
	h.Write([]byte(id))
	if revision >= 4 && f.resolve(d["EncryptMetadata"]) == false {
		h.Write([]byte{0xff, 0xff, 0xff, 0xff})
	}
	key := h.Sum(nil)
	n := 5
	if revision >= 3 {
		n = bits / 8
		for range 50 {
			sum := md5.Sum(key[:n])
			key = sum[:]
		}
	}
	key = key[:n]
	if revision == 2 {
		if !bytes.Equal(rc4of(key, passwordPad), u[:32]) {
			return nil
		}
		return key
	}
	sum := md5.Sum(append(bytes.Clone(passwordPad), id...))
	want := rc4of(key, sum[:])
	for i := 1; i <= 19; i++ {
		k := bytes.Clone(key)
		for j := range k {
			k[j] ^= byte(i)
		}
		want = rc4of(k, want)
	}
	if !bytes.Equal(want, u[:16]) {
		return nil
	}
	return key
}

// keyOf256 is the key of revisions 5 and 6 (7.6.4.3.3, algorithm 2.A).
func keyOf256(revision int, u, ue []byte) []byte {
	if len(u) < 48 || len(ue) < 32 {
		return nil
	}
	hash := hash5
	if revision >= 6 {
		hash = hash6
	}
	if !bytes.Equal(hash(u[32:40]), u[:32]) {
		return nil
	}
	block, err := aes.NewCipher(hash(u[40:48]))
	if err != nil {
		return nil
	}
	key := make([]byte, 32)
	cipher.NewCBCDecrypter(block, make([]byte, 16)).CryptBlocks(key, ue[:32])
	return key
}

func hash5(salt []byte) []byte {
	sum := sha256.Sum256(salt)
	return sum[:]
}

// hash6 is algorithm 2.B for the empty password.
func hash6(salt []byte) []byte {
	k := hash5(salt)
	for round := 0; ; round++ {
		e := bytes.Repeat(k, 64)
		block, err := aes.NewCipher(k[:16])
		if err != nil {
			return nil
		}
		cipher.NewCBCEncrypter(block, k[16:32]).CryptBlocks(e, e)
		mod := 0
		for _, c := range e[:16] {
			mod += int(c)
		}
		switch mod % 3 {
		case 0:
			s := sha256.Sum256(e)
			k = s[:]
		case 1:
			s := sha512.Sum384(e)
			k = s[:]
		default:
			s := sha512.Sum512(e)
			k = s[:]
		}
		if round >= 63 && int(e[len(e)-1]) <= round-31 {
			return k[:32]
		}
	}
}

func rc4of(key, b []byte) []byte {
	out := make([]byte, len(b))
	if c, err := rc4.NewCipher(key); err == nil {
		c.XORKeyStream(out, b)
	}
	return out
}

// open decrypts the bytes of one object (7.6.3, algorithm 1).
func (c *crypt) open(how cipherOf, r ref, b []byte) ([]byte, error) {
	if how == cipherNone {
		return b, nil
	}
	key := c.key
	if how != cipherAES256 {
		k := append(bytes.Clone(key), byte(r.num), byte(r.num>>8), byte(r.num>>16), byte(r.gen), byte(r.gen>>8))
		if how == cipherAES {
			k = append(k, "sAlT"...)
		}
		sum := md5.Sum(k)
		key = sum[:min(16, len(c.key)+5)]
	}
	if how == cipherRC4 {
		return rc4of(key, b), nil
	}
	if len(b) == 0 {
		return b, nil
	}
	if len(b) < 16 {
		return nil, errors.New("cannot be decrypted")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, errors.New("cannot be decrypted")
	}
	iv, body := b[:16], b[16:]
	body = body[:len(body)/16*16]
	out := make([]byte, len(body))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, body)
	if n := len(out); n > 0 {
		if pad := int(out[n-1]); pad >= 1 && pad <= 16 {
			out = out[:n-pad]
		}
	}
	return out, nil
}

// stream decrypts a stream.
func (c *crypt) stream(s *stream) ([]byte, error) {
	if f, ok := s.dict["Filter"].(array); ok && len(f) > 0 && f[0] == name("Crypt") {
		return s.raw, nil
	}
	return c.open(c.streams, s.ref, s.raw)
}

// object decrypts the strings of an object.
func (c *crypt) object(v any, r ref) any {
	switch v := v.(type) {
	case string:
		b, err := c.open(c.strings, r, []byte(v))
		if err != nil {
			return ""
		}
		return string(b)
	case array:
		for i := range v {
			v[i] = c.object(v[i], r)
		}
	case dict:
		for k := range v {
			v[k] = c.object(v[k], r)
		}
	case *stream:
		if !v.open {
			c.object(v.dict, r)
		}
	}
	return v
}
