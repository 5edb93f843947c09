namespace SegFromScratch.Training.Submission;

/// <summary>The tables in which Kaggle's Severstal contest took masks, at different times.</summary>
public enum SubmissionFormat
{
    /// <summary><c>ImageId_ClassId,EncodedPixels</c>: a row for each image and class, "abc.jpg_3". The format of sample_submission.csv.</summary>
    Classic,

    /// <summary><c>ImageId,EncodedPixels,ClassId</c>: a row for each image and class. The later format.</summary>
    Official,

    /// <summary><c>ImageId,ClassId,EncodedPixels</c>: a row for each image and class. The columns of train.csv.</summary>
    Table,

    /// <summary><c>ImageId,Defect_1,Defect_2,...</c>: a row for each image.</summary>
    Wide,
}
