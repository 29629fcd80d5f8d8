// Verifies an exported log with Go's own packages for signed notes and transparency logs
// (golang.org/x/mod/sumdb/note and tlog), which know nothing of the archive.
//
// Two adapters are all they need. Their tiles lie below tile/8/, the height of a tile, where C2SP tlog-tiles has none; and
// the first line of their tree is "go.sum database tree", where a C2SP checkpoint has the log's origin.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8
const width = 1 << height

// tiles reads the tiles of a folder. Full tiles above the leaves are few and are kept.
type tiles struct {
	folder string
	kept   map[tlog.Tile][]byte
}

func (t *tiles) Height() int { return height }

func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		data, found := t.kept[tile]
		if !found {
			var err error
			path := "tile/" + strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
			if data, err = os.ReadFile(filepath.Join(t.folder, path)); err != nil {
				return nil, err
			}
			if tile.L > 0 {
				t.kept[tile] = data
			}
		}
		all = append(all, data)
	}
	return all, nil
}

// entries reads a bundle: each entry after its length as two bytes.
func (t *tiles) entries(index int64, count int) ([][]byte, error) {
	path := tlog.Tile{H: height, L: 0, N: index, W: count}.Path()
	path = "tile/entries/" + strings.TrimPrefix(path, fmt.Sprintf("tile/%d/0/", height))
	data, err := os.ReadFile(filepath.Join(t.folder, path))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) >= 2 {
		length := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+length {
			break
		}
		entries, data = append(entries, data[2:2+length]), data[2+length:]
	}
	if len(data) != 0 || len(entries) != count {
		return nil, fmt.Errorf("%s: not %d entries", path, count)
	}
	return entries, nil
}

// open verifies the signatures of a checkpoint and reads it as a tree.
func open(path string, keys note.Verifiers, names map[string]bool) (tlog.Tree, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return tlog.Tree{}, err
	}
	signed, err := note.Open(data, keys)
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("%s: %v", path, err)
	}
	origin, rest, _ := strings.Cut(signed.Text, "\n")
	if !names[origin] {
		return tlog.Tree{}, fmt.Errorf("%s: it speaks for %q", path, origin)
	}
	return tlog.ParseTree([]byte("go.sum database tree\n" + rest))
}

func verify(folder string, keys []string) error {
	var verifiers []note.Verifier
	names := map[string]bool{}
	for _, key := range keys {
		verifier, err := note.NewVerifier(key)
		if err != nil {
			return fmt.Errorf("%s: %v", key, err)
		}
		verifiers = append(verifiers, verifier)
		names[verifier.Name()] = true
	}
	list := note.VerifierList(verifiers...)
	tree, err := open(filepath.Join(folder, "checkpoint"), list, names)
	if err != nil {
		return err
	}
	source := &tiles{folder, map[tlog.Tile][]byte{}}
	// Authenticates whatever it reads against the root that was signed.
	reader := tlog.TileHashReader(tree, source)

	published, err := filepath.Glob(filepath.Join(folder, "checkpoints", "*"))
	if err != nil {
		return err
	}
	for _, path := range published {
		earlier, err := open(path, list, names)
		if err != nil {
			return err
		}
		proof, err := tlog.ProveTree(tree.N, earlier.N, reader)
		if err != nil {
			return fmt.Errorf("%s: %v", path, err)
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, earlier.N, earlier.Hash); err != nil {
			return fmt.Errorf("%s: %v", path, err)
		}
		// The partial tiles of that size, as a client under that checkpoint asks for them.
		if hash, err := tlog.TreeHash(earlier.N, tlog.TileHashReader(earlier, source)); err != nil || hash != earlier.Hash {
			return fmt.Errorf("%s: its own tiles: %v", path, err)
		}
	}

	_, err = os.Stat(filepath.Join(folder, "tile", "entries"))
	holdsEntries := err == nil
	start := time.Now()
	for first := int64(0); first < tree.N; first += width {
		count := width
		if tree.N-first < width {
			count = int(tree.N - first)
		}
		var indexes []int64
		for i := 0; i < count; i++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, first+int64(i)))
		}
		hashes, err := reader.ReadHashes(indexes)
		if err != nil {
			return err
		}
		if !holdsEntries {
			continue
		}
		entries, err := source.entries(first/width, count)
		if err != nil {
			return err
		}
		for i, entry := range entries {
			if tlog.RecordHash(entry) != hashes[i] {
				return fmt.Errorf("position %d: the entry is not the one that was signed", first+int64(i))
			}
		}
	}
	seconds := time.Since(start).Seconds()

	proofs := 0
	for position := int64(0); position < tree.N; position += tree.N/1000 + 1 {
		proof, err := tlog.ProveRecord(tree.N, position, reader)
		if err != nil {
			return err
		}
		hash, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, position)})
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, position, hash[0]); err != nil {
			return fmt.Errorf("position %d: %v", position, err)
		}
		proofs++
	}
	what := "entries re-hashed"
	if !holdsEntries {
		what = "leaf hashes authenticated"
	}
	fmt.Printf("sound: %d %s in %.1f s (%.0f/s), %d consistency proofs, %d inclusion proofs\n",
		tree.N, what, seconds, float64(tree.N)/seconds, len(published), proofs)
	return nil
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: verify FOLDER VERIFIER-KEY...")
		os.Exit(2)
	}
	if err := verify(os.Args[1], os.Args[2:]); err != nil {
		fmt.Println("NOT SOUND:", err)
		os.Exit(1)
	}
}
