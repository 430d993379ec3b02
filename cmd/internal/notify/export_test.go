package notify

// Judge is what becomes of a connection to an address that the host of a destination leads to.
func (s *Settings) Judge(host, address string) error {
	return s.guardOf(host).control("tcp", address, nil)
}
