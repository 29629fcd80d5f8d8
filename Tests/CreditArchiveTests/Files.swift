import CreditArchive
import Foundation

/// Looks into an archive's folder past the archive's own code.
enum Files {
    static func all(in folder: String) throws -> [String] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return names.map { folder + "/" + $0 }.filter { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
        }.sorted()
    }

    static func contains(_ path: String, _ text: String) throws -> Bool {
        try bytes(path).range(of: Data(text.utf8)) != nil
    }

    static func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

    static func write(_ bytes: Data, to path: String) throws { try bytes.write(to: URL(fileURLWithPath: path)) }

    static func remove(_ names: [String], in folder: ArchiveFolder) {
        for name in names {
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: "\(folder.path)/\(name)\(suffix)")
            }
        }
    }
}
