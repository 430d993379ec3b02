package witness

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/onrecord/onrecord/archive/ledger"
)

// Server is a witness: an [http.Handler] that answers add-checkpoint and, for people, says who it is: GET / tells its key and
// the heads that it has signed, GET /key its key alone.
type Server struct {
	witness *ledger.Witness
	keep    *keep
	log     *slog.Logger
	mux     http.ServeMux
	mu      sync.Mutex // between a look at the last head and the keeping of the next one
}

// NewServer is a witness with a secret key ([ledger.NewWitnessKey]) whose memory is in a folder, which is made when it is not
// there. logs are public keys of archives that it is to know from now on; those that it knows are in the folder's
// logs.txt, which may be edited while it runs. now is its clock, nil for the system's; log hears of what it signs and refuses,
// nil is silence.
func NewServer(dir, secret string, logs []string, now func() time.Time, log *slog.Logger) (*Server, error) {
	w, err := ledger.NewWitness(secret, now)
	if err != nil {
		return nil, err
	}
	k, err := openKeep(dir)
	if err != nil {
		return nil, err
	}
	for _, key := range logs {
		if err := k.addLog(key); err != nil {
			return nil, errors.Join(err, k.root.Close())
		}
	}
	if _, err := k.logs(); err != nil {
		return nil, errors.Join(err, k.root.Close())
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Server{witness: w, keep: k, log: log}
	s.mux.HandleFunc("POST /"+addCheckpoint, s.add)
	s.mux.HandleFunc("GET /key", func(w http.ResponseWriter, _ *http.Request) {
		plain(w)
		_, _ = fmt.Fprintln(w, s.Key())
	})
	s.mux.HandleFunc("GET /{$}", s.about)
	return s, nil
}

// Key is the witness's public key.
func (s *Server) Key() string { return s.witness.Key() }

// Close lets go of the folder.
func (s *Server) Close() error { return s.keep.root.Close() }

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

func plain(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
}

// refusal is an answer that is no signature.
type refusal struct {
	status int
	text   string
	size   int64 // of the last head; answered alone, when it is not less than 0
}

func refuse(status int, format string, args ...any) *refusal {
	return &refusal{status, fmt.Sprintf(format, args...), -1}
}

func (s *Server) add(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxRequest))
	if err != nil {
		plain(w)
		http.Error(w, fmt.Sprintf("the request cannot be read, or is longer than %d bytes", MaxRequest), http.StatusBadRequest)
		return
	}
	line, no := s.consider(body)
	switch {
	case no == nil:
		plain(w)
		_, _ = w.Write(line)
	case no.size >= 0:
		w.Header().Set("Content-Type", typeSize)
		w.WriteHeader(no.status)
		_, _ = fmt.Fprintf(w, "%d\n", no.size)
	default:
		plain(w)
		http.Error(w, no.text, no.status)
	}
}

// consider signs the head of a request, or says why not.
func (s *Server) consider(body []byte) ([]byte, *refusal) {
	old, proof, signed, err := parse(body)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "%v", err)
	}
	head, err := ledger.PeekCheckpoint(signed)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "%v", err)
	}
	key, no := s.known(&head, signed)
	if no != nil {
		return nil, no
	}
	if old > head.Size {
		return nil, refuse(http.StatusBadRequest, "the old size is more than that of the checkpoint")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	last, err := s.keep.last(head.Origin)
	if err != nil {
		s.log.Error("read the last head", slog.Any("err", err))
		return nil, refuse(http.StatusInternalServerError, "the witness cannot read what it has seen")
	}
	if no := s.goesOn(last, &head, old, proof, signed); no != nil {
		return nil, no
	}
	line, err := s.sign(signed, key)
	if err == nil {
		err = s.keep.put(head.Origin, append(ledger.Alone(signed), line...))
	}
	if err != nil {
		s.log.Error("keep a head", slog.Any("err", err))
		return nil, refuse(http.StatusInternalServerError, "the witness cannot keep the checkpoint")
	}
	s.log.Info("signed", slog.String("origin", head.Origin), slog.Int64("leaves", head.Size))
	return line, nil
}

// known is the key of an archive that the witness knows and that has signed a head.
func (s *Server) known(head *ledger.Checkpoint, signed []byte) (note.Verifier, *refusal) {
	logs, err := s.keep.logs()
	if err != nil {
		s.log.Error("read the keys", slog.Any("err", err))
		return nil, refuse(http.StatusInternalServerError, "the witness cannot read the keys that it knows")
	}
	named := false
	for _, key := range logs {
		if key.Name() != head.Origin {
			continue
		}
		named = true
		if _, _, err := ledger.OpenCheckpoint(signed, key); err == nil {
			return key, nil
		}
	}
	if named {
		return nil, refuse(http.StatusForbidden, "the checkpoint is not signed by the key that the witness knows")
	}
	s.log.Warn("unknown archive", slog.String("origin", head.Origin))
	return nil, refuse(http.StatusNotFound, "the witness does not know this archive: give its keeper the public key")
}

// goesOn checks that a head goes on from the last one.
func (s *Server) goesOn(last, head *ledger.Checkpoint, old int64, proof tlog.TreeProof, signed []byte) *refusal {
	seen := int64(0)
	if last != nil {
		seen = last.Size
	}
	switch {
	case last != nil && last.Size == head.Size && last.Root != head.Root:
		if err := s.keep.forked(head.Origin, signed); err != nil {
			s.log.Error("keep a fork", slog.Any("err", err))
		}
		s.log.Error("FORK: the archive has signed two heads of one size", slog.String("origin", head.Origin), slog.Int64("leaves", head.Size))
		return refuse(http.StatusConflict, "the witness has seen another checkpoint of this size")
	case old != seen:
		no := refuse(http.StatusConflict, "")
		no.size = seen
		if head.Size < seen {
			s.log.Warn("an older head than the last one", slog.String("origin", head.Origin), slog.Int64("leaves", head.Size), slog.Int64("seen", seen))
		}
		return no
	case last == nil && len(proof) == 0:
		return nil
	case last == nil || head.CheckGrown(last, proof) != nil:
		s.log.Error("FORK, or a proof that does not hold", slog.String("origin", head.Origin), slog.Int64("leaves", head.Size), slog.Int64("seen", seen))
		return refuse(http.StatusUnprocessableEntity, "the checkpoint does not go on from the last one, as far as the proof shows")
	}
	return nil
}

// sign is the witness's signature line.
func (s *Server) sign(signed []byte, key note.Verifier) ([]byte, error) {
	alone := ledger.Alone(signed)
	both, err := s.witness.Cosign(alone, key, nil, nil)
	if err != nil {
		return nil, err
	}
	return bytes.Clone(both[len(alone):]), nil
}

// about says who the witness is and what it has seen.
func (s *Server) about(w http.ResponseWriter, _ *http.Request) {
	logs, err := s.keep.logs()
	if err != nil {
		http.Error(w, "the witness cannot read the keys that it knows", http.StatusInternalServerError)
		return
	}
	plain(w)
	_, _ = fmt.Fprintf(w, "This is a witness (C2SP tlog-witness) with the key\n%s\n\n", s.Key())
	for _, key := range logs {
		last, err := s.keep.last(key.Name())
		switch {
		case err != nil:
			_, _ = fmt.Fprintf(w, "%s: what was seen of it cannot be read\n", key.Name())
		case last == nil:
			_, _ = fmt.Fprintf(w, "%s: no head yet\n", key.Name())
		default:
			_, _ = fmt.Fprintf(w, "%s: %d leaves, root %s\n", key.Name(), last.Size, last.Root)
		}
	}
}
