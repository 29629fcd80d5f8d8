/// Finds the name that was probably meant.
enum NearestName {
    /// The name with the fewest edits from `name`, if that is at most half its characters.
    static func find(_ name: String, among candidates: [String]) -> String? {
        let wanted = Array(TableColumn.key(name).prefix(64))
        var best: (distance: Int, name: String)?
        for candidate in candidates {
            let distance = edits(wanted, Array(TableColumn.key(candidate).prefix(64)))
            if distance < best?.distance ?? Int.max { best = (distance, candidate) }
        }
        guard let best, best.distance * 2 <= max(wanted.count, 2) else { return nil }
        return best.name
    }

    /// Levenshtein's distance, by rows.
    static func edits(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (index, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (place, other) in right.enumerated() {
                let replaced = diagonal + (character == other ? 0 : 1)
                diagonal = row[place + 1]
                row[place + 1] = min(replaced, min(row[place], diagonal) + 1)
            }
        }
        return row[right.count]
    }
}
