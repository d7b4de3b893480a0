"""What superiors, peers, subordinates and those served say about somebody, without saying who."""
