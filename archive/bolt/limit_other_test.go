//go:build !unix

package bolt_test

import "errors"

func limitFiles(uint64) error { return errors.New("file sizes cannot be limited here") }
